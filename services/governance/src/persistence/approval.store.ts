import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { Answer, Approval, ApprovalStatus, Closing, Decision } from '../domain/approval.js';
import { json, type Keyset, ListQuery, row, rows } from './rows.js';

/** An approval with what it is about. */
export interface StoredApproval {
  readonly approval: Approval;
  readonly project: string;
  readonly modelId: string;
  readonly model: string;
  readonly version: string;
  readonly policyId: string;
  readonly chainId: string;
  /** The event that put the question; what follows is caused by it. */
  readonly askedEventId: string;
  readonly createdAt: Date;
}

interface ApprovalRow {
  id: string;
  project: string;
  model_id: string;
  model: string;
  version: string;
  environment: string;
  status: ApprovalStatus;
  reason: string | null;
  needed: number;
  author: Actor;
  requested_by: Actor;
  deployers: Actor[];
  artifact_sha256: string;
  policy_id: string;
  policy_version: string;
  evidence_ids: string[];
  chain_id: string;
  asked_event_id: string;
  expires_at: Date;
  created_at: Date;
  answers: { decision: Decision; responder: Actor; comment: string; at: string }[];
}

const columns = `select a.id, a.project, a.model_id, a.model, a.version, a.environment, a.status, a.reason, a.needed, a.author, a.requested_by, a.deployers,
  a.artifact_sha256, a.policy_id, a.policy_version, a.evidence_ids, a.chain_id, a.asked_event_id, a.expires_at, a.created_at,
  coalesce((select jsonb_agg(jsonb_build_object('decision', d.decision, 'responder', d.responder, 'comment', d.comment, 'at', d.at) order by d.at, d.person_id)
            from approval_decisions d where d.approval_id = a.id), '[]'::jsonb) as answers
  from approvals a`;

function approvalOf(found: ApprovalRow): StoredApproval {
  return {
    approval: {
      id: found.id,
      status: found.status,
      ...(found.reason === null ? {} : { reason: found.reason }),
      needed: found.needed,
      author: found.author,
      requestedBy: found.requested_by,
      deployers: found.deployers,
      answers: found.answers.map((answer) => ({ ...answer, at: new Date(answer.at) })),
      binding: {
        artifactSha256: found.artifact_sha256,
        policyVersion: found.policy_version,
        environment: found.environment,
        evidenceIds: found.evidence_ids,
      },
      expiresAt: found.expires_at,
    },
    project: found.project,
    modelId: found.model_id,
    model: found.model,
    version: found.version,
    policyId: found.policy_id,
    chainId: found.chain_id,
    askedEventId: found.asked_event_id,
    createdAt: found.created_at,
  };
}

export interface ApprovalFilter {
  readonly project?: string;
  readonly status?: string;
  readonly model?: string;
  readonly version?: string;
  readonly environment?: string;
  /** Only what this person asked for. */
  readonly requestedBy?: string;
  /** Only what still waits for this person. */
  readonly waitingFor?: string;
}

@Injectable()
export class ApprovalStore {
  /** Questions about one version are asked one after another. */
  async lockVersion(tx: Transaction, modelId: string, version: string): Promise<void> {
    await rows(tx, `select pg_advisory_xact_lock(hashtextextended('governance.version ' || $1 || '/' || $2, 0))`, [modelId, version]);
  }

  async get(tx: Transaction, id: string): Promise<StoredApproval | undefined> {
    const found = await row<ApprovalRow>(tx, `${columns} where a.id = $1`, [id]);
    return found === undefined ? undefined : approvalOf(found);
  }

  /** The approval with its row locked until the transaction ends: answers, expiry and voiding happen one after another. */
  async locked(tx: Transaction, id: string): Promise<StoredApproval | undefined> {
    // Locked first and read after: an answer that committed meanwhile must be among those that are read.
    await rows(tx, `select id from approvals where id = $1 for update`, [id]);
    return this.get(tx, id);
  }

  async newest(tx: Transaction, modelId: string, version: string, environment: string): Promise<StoredApproval | undefined> {
    const found = await row<ApprovalRow>(
      tx,
      `${columns} where a.model_id = $1 and a.version = $2 and a.environment = $3 order by a.created_at desc, a.id desc limit 1`,
      [modelId, version, environment],
    );
    return found === undefined ? undefined : approvalOf(found);
  }

  async add(tx: Transaction, stored: StoredApproval): Promise<void> {
    const { approval } = stored;
    await rows(
      tx,
      `insert into approvals (id, project, model_id, model, version, environment, status, needed, author, requested_by, artifact_sha256,
         policy_id, policy_version, evidence_ids, chain_id, asked_event_id, expires_at, created_at)
       values ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        approval.id,
        stored.project,
        stored.modelId,
        stored.model,
        stored.version,
        approval.binding.environment,
        approval.needed,
        json(approval.author),
        json(approval.requestedBy),
        approval.binding.artifactSha256,
        stored.policyId,
        approval.binding.policyVersion,
        json(approval.binding.evidenceIds),
        stored.chainId,
        stored.askedEventId,
        approval.expiresAt,
        stored.createdAt,
      ],
    );
  }

  async addAnswer(tx: Transaction, approvalId: string, answer: Answer): Promise<void> {
    await rows(
      tx,
      `insert into approval_decisions (approval_id, person_id, decision, responder, comment, at) values ($1, $2, $3, $4, $5, $6)`,
      [approvalId, answer.responder.id, answer.decision, json(answer.responder), answer.comment, answer.at],
    );
  }

  /** Notes who asks for a deployment while the question is open; a person once. */
  async addDeployer(tx: Transaction, approvalId: string, deployer: Actor): Promise<void> {
    await rows(
      tx,
      `update approvals set deployers = deployers || jsonb_build_array($2::jsonb)
       where id = $1 and status = 'pending' and not deployers @> jsonb_build_array(jsonb_build_object('type', $2::jsonb->'type', 'id', $2::jsonb->'id'))`,
      [approvalId, json(deployer)],
    );
  }

  async close(tx: Transaction, approvalId: string, closing: Closing, now: Date): Promise<void> {
    await rows(tx, `update approvals set status = $2, reason = $3, closed_at = $4 where id = $1`, [
      approvalId,
      closing.status,
      closing.reason,
      now,
    ]);
  }

  async expiring(tx: Transaction, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `select id from approvals where status in ('pending', 'approved') and expires_at <= $1 order by expires_at limit ${limit}`,
      [now],
    );
    return found.map((each) => each.id);
  }

  /** Questions and yeses that a publication puts an end to: asked under the policy's name, or for an environment it now governs. */
  async holding(tx: Transaction, project: string, policyId: string, environments: readonly string[]): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `select id from approvals where status in ('pending', 'approved')
       and (policy_id = $2 or (environment = any ($3::text[]) and ($1 = 'default' or project = $1))) order by created_at, id`,
      [project, policyId, environments],
    );
    return found.map((each) => each.id);
  }

  async list(tx: Transaction, keyset: Keyset, filter: ApprovalFilter): Promise<StoredApproval[]> {
    const found = await new ListQuery(columns, { time: 'a.created_at', id: 'a.id', idType: 'uuid' })
      .where('a.project = ?', filter.project)
      .where('a.status = ?', filter.status)
      .where('a.model = ?', filter.model)
      .where('a.version = ?', filter.version)
      .where('a.environment = ?', filter.environment)
      .where(`a.requested_by->>'id' = ?`, filter.requestedBy)
      .where(
        `a.status = 'pending' and a.author->>'id' <> ? and a.requested_by->>'id' <> ?
         and not exists (select 1 from jsonb_array_elements(a.deployers) d where d->>'id' = ?)
         and not exists (select 1 from approval_decisions d where d.approval_id = a.id and d.person_id = ?)`,
        filter.waitingFor,
      )
      .page<ApprovalRow>(tx, keyset);
    return found.map(approvalOf);
  }
}
