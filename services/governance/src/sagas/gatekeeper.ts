import { createHash } from 'node:crypto';
import { canonicalJson } from '@drawbridge/audit';
import type { Actor, EventMap } from '@drawbridge/contracts';
import { type EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { systemActor } from '@drawbridge/service';
import { currentTraceId, metrics } from '@drawbridge/telemetry';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { evidenceOf } from '../domain/evidence.js';
import { type GateAnswer, judge } from '../domain/gate.js';
import type { PolicyAction, PolicyInForce } from '../domain/policy.js';
import { askRules } from '../policies/rules.js';
import { ApprovalStore } from '../persistence/approval.store.js';
import { DecisionStore, type StoredDecision } from '../persistence/decision.store.js';
import { PolicyStore } from '../persistence/policy.store.js';
import { type StoredVersion, VersionStore } from '../persistence/version.store.js';
import { type AnswerOrder, ApprovalSaga } from './approval.saga.js';
import { inForce } from './policy-in-force.js';

export interface Question {
  readonly action: PolicyAction;
  readonly environment: string;
  readonly version: StoredVersion;
  readonly deployment?: EventMap['deployment.requested'];
  /** Who is taken to ask, should persons have to be asked. */
  readonly requestedBy: Actor;
  readonly cause?: EventCause;
  /** A no of persons does not count: they are asked anew. */
  readonly anew?: boolean;
  readonly now: Date;
}

const system = systemActor('governance');
const decided = metrics.counter('drawbridge_governance_decisions_total', 'Questions that policies answered.', ['action', 'verdict']);
const nobody = { policyId: 'none', name: 'none', version: 0, digest: '' };

/** Asks the policy in force, keeps its answer, announces it, and asks persons when the policy wants them. */
@Injectable()
export class Gatekeeper {
  constructor(
    private readonly policies: PolicyStore,
    private readonly approvals: ApprovalStore,
    private readonly decisions: DecisionStore,
    private readonly versions: VersionStore,
    private readonly approvalSaga: ApprovalSaga,
    private readonly outbox: Outbox,
  ) {}

  async ask(tx: Transaction, question: Question): Promise<StoredDecision> {
    const { environment, action, deployment, now } = question;
    const { facts } = question.version;
    await this.policies.lock(tx, 'read');
    await this.approvalSaga.lockVersion(tx, facts.modelId, facts.version);
    const stored = await this.policies.governing(tx, facts.project, environment);
    const policy = stored === undefined ? undefined : inForce(stored);
    const evidence = evidenceOf({ action, environment, facts, ...(deployment === undefined ? {} : { deployment }) });
    const newest = await this.approvals.newest(tx, facts.modelId, facts.version, environment);
    const answer = judge({
      policy,
      environment,
      ruleResults: policy === undefined ? [] : askRules(policy.document, action, evidence),
      registeredSha256: facts.registered.artifact.sha256,
      requestedSha256: deployment?.artifactSha256 ?? facts.registered.artifact.sha256,
      approval: question.anew === true && newest?.approval.status === 'rejected' ? undefined : newest?.approval,
      ...(deployment === undefined ? {} : { deployer: question.requestedBy }),
      now,
    });
    // Whoever wants it deployed must not be the one who agrees to it.
    if (deployment !== undefined && answer.verdict === 'needs-approval' && answer.approvalId !== undefined)
      await this.approvals.addDeployer(tx, answer.approvalId, question.requestedBy);
    const asked =
      policy !== undefined && answer.ask
        ? this.approvalSaga.draft(question.version, policy, environment, question.requestedBy, now)
        : undefined;
    const inputsDigest = createHash('sha256').update(canonicalJson(evidence)).digest('hex');
    const decision = this.decision(question, policy, answer, asked?.approval.id ?? answer.approvalId, inputsDigest);
    await this.decisions.add(tx, decision);
    decided.inc({ action: decision.action, verdict: decision.verdict });
    const announced = await this.announce(tx, decision, question.cause);
    if (asked !== undefined) {
      const chainId = question.cause?.chainId ?? question.cause?.id;
      await this.approvalSaga.open(tx, asked, { id: announced, ...(chainId === undefined ? {} : { chainId }) });
    }
    return decision;
  }

  /** One person answers; when that settles the question, the version's standing is announced anew. */
  answer(order: AnswerOrder, now: Date): Promise<void> {
    return this.approvalSaga.answer(order, now, async (tx, { modelId, version, approval }, cause) => {
      const stored = await this.versions.get(tx, modelId, version);
      if (stored === undefined) return;
      const { environment } = approval.binding;
      await this.ask(tx, { action: 'version.register', environment, version: stored, requestedBy: approval.requestedBy, cause, now });
    });
  }

  private decision(
    question: Question,
    policy: PolicyInForce | undefined,
    answer: GateAnswer,
    approvalId: string | undefined,
    inputsDigest: string,
  ): StoredDecision {
    const { facts } = question.version;
    const traceId = currentTraceId();
    return {
      id: uuid(),
      project: facts.project,
      action: question.action,
      modelId: facts.modelId,
      model: facts.model,
      version: facts.version,
      environment: question.environment,
      ...(question.deployment === undefined ? {} : { deploymentId: question.deployment.deploymentId }),
      verdict: answer.verdict,
      rules: answer.rules,
      policy:
        policy === undefined ? nobody : { policyId: policy.id, name: policy.document.name, version: policy.version, digest: policy.digest },
      ...(approvalId === undefined ? {} : { approvalId }),
      inputsDigest,
      ...(traceId === undefined ? {} : { traceId }),
      at: question.now,
    };
  }

  private async announce(tx: Transaction, decision: StoredDecision, cause: EventCause | undefined): Promise<string> {
    const { id } = await this.outbox.append(tx, {
      topic: 'policy.evaluated',
      aggregateType: 'models',
      aggregateId: decision.modelId,
      subject: `projects/${decision.project}/models/${decision.model}/versions/${decision.version}`,
      project: decision.project,
      time: decision.at,
      actor: system,
      ...(cause === undefined ? {} : { cause }),
      data: {
        modelId: decision.modelId,
        model: decision.model,
        version: decision.version,
        decisionId: decision.id,
        action: decision.action,
        environment: decision.environment,
        ...(decision.deploymentId === undefined ? {} : { deploymentId: decision.deploymentId }),
        verdict: decision.verdict,
        rules: [...decision.rules],
        policy: decision.policy,
        ...(decision.approvalId === undefined ? {} : { approvalId: decision.approvalId }),
        inputsDigest: decision.inputsDigest,
      },
    });
    return id;
  }
}
