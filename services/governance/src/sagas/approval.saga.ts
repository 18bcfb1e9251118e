import type { Actor } from '@drawbridge/contracts';
import { type EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { conflict, forbidden, notFound, systemActor } from '@drawbridge/service';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import {
  answerApproval,
  closed,
  type Closing,
  type Decision,
  expireApproval,
  type Refusal,
  type Responder,
  voidApproval,
} from '../domain/approval.js';
import { evidenceIdsOf } from '../domain/evidence.js';
import { type PolicyInForce, policyVersionText } from '../domain/policy.js';
import { ApprovalStore, type StoredApproval } from '../persistence/approval.store.js';
import { Database } from '../persistence/database.js';
import { PolicyStore } from '../persistence/policy.store.js';
import type { StoredVersion } from '../persistence/version.store.js';
import { Announcer } from './announcer.js';

const system = systemActor('governance');

export interface AnswerOrder {
  readonly id: string;
  readonly responder: Responder;
  readonly decision: Decision;
  readonly comment: string;
}

/** What follows when an answer settles the question, in the same transaction. */
export type Settled = (tx: Transaction, stored: StoredApproval, cause: EventCause) => Promise<void>;

/** Questions to persons: asked, answered, expired, voided. Whatever happens to one happens under its row's lock. */
@Injectable()
export class ApprovalSaga {
  constructor(
    private readonly approvals: ApprovalStore,
    private readonly policies: PolicyStore,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly announcer: Announcer,
  ) {}

  lockVersion(tx: Transaction, modelId: string, version: string): Promise<void> {
    return this.approvals.lockVersion(tx, modelId, version);
  }

  /** The question as it will be asked; nothing is stored yet. */
  draft(version: StoredVersion, policy: PolicyInForce, environment: string, requestedBy: Actor, now: Date): StoredApproval {
    const { facts, chainId } = version;
    return {
      approval: {
        id: uuid(),
        status: 'pending',
        needed: policy.document.approvals.needed,
        author: facts.author,
        requestedBy,
        deployers: [],
        answers: [],
        binding: {
          artifactSha256: facts.registered.artifact.sha256,
          policyVersion: policyVersionText(policy),
          environment,
          evidenceIds: evidenceIdsOf(facts),
        },
        expiresAt: new Date(now.getTime() + policy.document.approvals.validForSeconds * 1_000),
      },
      project: facts.project,
      modelId: facts.modelId,
      model: facts.model,
      version: facts.version,
      policyId: policy.id,
      chainId,
      askedEventId: uuid(),
      createdAt: now,
    };
  }

  async open(tx: Transaction, stored: StoredApproval, cause: EventCause): Promise<void> {
    const { approval } = stored;
    // A question whose time ran out but which no sweep has met yet would stand in the way of the new one.
    const newest = await this.approvals.newest(tx, stored.modelId, stored.version, approval.binding.environment);
    const before = newest === undefined ? undefined : await this.approvals.locked(tx, newest.approval.id);
    const lapsed =
      before === undefined
        ? undefined
        : (expireApproval(before.approval, stored.createdAt) ?? voidApproval(before.approval, 'it is asked anew'));
    if (before !== undefined && lapsed !== undefined) await this.close(tx, before, lapsed, stored.createdAt, system, { cause });
    await this.approvals.add(tx, stored);
    await this.outbox.append(tx, {
      topic: 'approval.requested',
      ...this.about(stored),
      id: stored.askedEventId,
      time: stored.createdAt,
      actor: system,
      cause,
      data: {
        ...this.identity(stored),
        bindsTo: { ...approval.binding, evidenceIds: [...approval.binding.evidenceIds] },
        requestedBy: approval.requestedBy,
        author: approval.author,
        needed: approval.needed,
        expiresAt: approval.expiresAt.toISOString(),
      },
    });
  }

  /** One person answers. A refusal is told to the audit log before it is told to the caller. */
  async answer({ id, responder, decision, comment }: AnswerOrder, now: Date, settled: Settled): Promise<void> {
    const refusal = await this.database.write(async (tx): Promise<Refusal | undefined> => {
      const stored = await this.hold(tx, id);
      if (stored === undefined) throw notFound('approval', id);
      const by: Actor = { type: responder.kind, id: responder.id, name: responder.name };
      const step = answerApproval(stored.approval, responder, decision, comment, now);
      if (step.kind === 'refused') {
        await this.tellRefusal(tx, stored, by, step.refusal, decision);
        return step.refusal;
      }
      await this.approvals.addAnswer(tx, id, step.answer);
      const { id: decided } = await this.outbox.append(tx, {
        topic: 'approval.decided',
        ...this.about(stored),
        time: now,
        actor: by,
        cause: this.causeOf(stored),
        data: { ...this.identity(stored), decision, responder: step.answer.responder, comment, remaining: step.remaining },
      });
      if (step.closing === undefined) return undefined;
      const { chainId } = stored;
      const after: StoredApproval = { ...stored, approval: step.approval };
      const closedBy = await this.close(tx, after, step.closing, now, by, { cause: { id: decided, chainId } });
      await settled(tx, after, { id: closedBy, chainId });
      return undefined;
    });
    if (refusal === undefined) return;
    throw refusal.status === 403 ? forbidden(refusal.code, sentence(refusal.why)) : conflict(refusal.code, sentence(refusal.why));
  }

  /** Closes what ran out of time; the number closed. */
  async expire(now: Date): Promise<number> {
    const ids = await this.database.read((tx) => this.approvals.expiring(tx, now, 200));
    let count = 0;
    for (const id of ids) {
      const done = await this.database.write(async (tx) => {
        const stored = await this.hold(tx, id);
        const closing = stored === undefined ? undefined : expireApproval(stored.approval, now);
        if (stored === undefined || closing === undefined) return false;
        await this.close(tx, stored, closing, now, system, { cause: this.causeOf(stored) });
        return true;
      });
      if (done) count += 1;
    }
    return count;
  }

  /** What the approvals were bound to changed: those that held hold no longer. */
  async void(tx: Transaction, ids: readonly string[], reason: string, voidedBy: EventCause, now: Date): Promise<number> {
    let count = 0;
    for (const id of ids) {
      const stored = await this.approvals.locked(tx, id);
      const closing = stored === undefined ? undefined : voidApproval(stored.approval, reason);
      if (stored === undefined || closing === undefined) continue;
      await this.close(tx, stored, closing, now, system, { cause: voidedBy, voidedBy: voidedBy.id });
      count += 1;
    }
    return count;
  }

  /** Takes the locks in the order in which the gate takes them, and reads what is true under them. */
  private async hold(tx: Transaction, id: string): Promise<StoredApproval | undefined> {
    await this.policies.lock(tx, 'read');
    const known = await this.approvals.get(tx, id);
    if (known === undefined) return undefined;
    await this.approvals.lockVersion(tx, known.modelId, known.version);
    return this.approvals.locked(tx, id);
  }

  private async tellRefusal(tx: Transaction, stored: StoredApproval, by: Actor, refusal: Refusal, decision: Decision): Promise<void> {
    await this.announcer.record(tx, {
      action: 'approval.decide',
      subject: this.about(stored).subject,
      project: stored.project,
      actor: by,
      outcome: 'refused',
      reason: `${refusal.code}: ${refusal.why}`,
      details: { approvalId: stored.approval.id, decision },
    });
  }

  private async close(
    tx: Transaction,
    stored: StoredApproval,
    closing: Closing,
    now: Date,
    actor: Actor,
    why: { readonly cause: EventCause | undefined; readonly voidedBy?: string },
  ): Promise<string> {
    const approval = closed(stored.approval, closing);
    await this.approvals.close(tx, approval.id, closing, now);
    const { id } = await this.outbox.append(tx, {
      topic: 'approval.closed',
      ...this.about(stored),
      time: now,
      actor,
      cause: why.cause,
      data: {
        ...this.identity(stored),
        status: closing.status,
        reason: closing.reason,
        ...(why.voidedBy === undefined ? {} : { voidedBy: why.voidedBy }),
        bindsTo: { ...approval.binding, evidenceIds: [...approval.binding.evidenceIds] },
        expiresAt: approval.expiresAt.toISOString(),
      },
    });
    return id;
  }

  private about(stored: StoredApproval): { aggregateType: string; aggregateId: string; subject: string; project: string } {
    return {
      aggregateType: 'models',
      aggregateId: stored.modelId,
      subject: `projects/${stored.project}/models/${stored.model}/versions/${stored.version}`,
      project: stored.project,
    };
  }

  private identity(stored: StoredApproval): { modelId: string; model: string; version: string; approvalId: string; environment: string } {
    const { modelId, model, version, approval } = stored;
    return { modelId, model, version, approvalId: approval.id, environment: approval.binding.environment };
  }

  /** A person's answer follows from the question, and belongs to the chain that began with the version's registration. */
  private causeOf(stored: StoredApproval): EventCause {
    return { id: stored.askedEventId, chainId: stored.chainId };
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
