import type { DecisionView, RuleResult } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import { json, type Keyset, ListQuery, row, rows } from './rows.js';

/** What a policy was asked and answered; never changed. */
export interface StoredDecision {
  readonly id: string;
  readonly project: string;
  readonly action: DecisionView['action'];
  readonly modelId: string;
  readonly model: string;
  readonly version: string;
  readonly environment: string;
  readonly deploymentId?: string;
  readonly verdict: DecisionView['verdict'];
  readonly rules: readonly RuleResult[];
  readonly policy: DecisionView['policy'];
  readonly approvalId?: string;
  readonly inputsDigest: string;
  readonly traceId?: string;
  readonly at: Date;
}

interface DecisionRow {
  id: string;
  project: string;
  action: DecisionView['action'];
  model_id: string;
  model: string;
  version: string;
  environment: string;
  deployment_id: string | null;
  verdict: DecisionView['verdict'];
  rules: RuleResult[];
  policy: DecisionView['policy'];
  approval_id: string | null;
  inputs_digest: string;
  trace_id: string | null;
  at: Date;
}

const columns = `select id, project, action, model_id, model, version, environment, deployment_id, verdict, rules, policy, approval_id,
  inputs_digest, trace_id, at from decisions`;

function decisionOf(found: DecisionRow): StoredDecision {
  return {
    id: found.id,
    project: found.project,
    action: found.action,
    modelId: found.model_id,
    model: found.model,
    version: found.version,
    environment: found.environment,
    ...(found.deployment_id === null ? {} : { deploymentId: found.deployment_id }),
    verdict: found.verdict,
    rules: found.rules,
    policy: found.policy,
    ...(found.approval_id === null ? {} : { approvalId: found.approval_id }),
    inputsDigest: found.inputs_digest,
    ...(found.trace_id === null ? {} : { traceId: found.trace_id }),
    at: found.at,
  };
}

export interface DecisionFilter {
  readonly project?: string;
  readonly model?: string;
  readonly version?: string;
  readonly environment?: string;
  readonly deployment?: string;
  readonly verdict?: string;
}

@Injectable()
export class DecisionStore {
  async add(tx: Transaction, decision: StoredDecision): Promise<void> {
    await rows(
      tx,
      `insert into decisions (id, project, action, model_id, model, version, environment, deployment_id, verdict, rules, policy, approval_id,
         inputs_digest, trace_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        decision.id,
        decision.project,
        decision.action,
        decision.modelId,
        decision.model,
        decision.version,
        decision.environment,
        decision.deploymentId ?? null,
        decision.verdict,
        json(decision.rules),
        json(decision.policy),
        decision.approvalId ?? null,
        decision.inputsDigest,
        decision.traceId ?? null,
        decision.at,
      ],
    );
  }

  async get(tx: Transaction, id: string): Promise<StoredDecision | undefined> {
    const found = await row<DecisionRow>(tx, `${columns} where id = $1`, [id]);
    return found === undefined ? undefined : decisionOf(found);
  }

  async list(tx: Transaction, keyset: Keyset, filter: DecisionFilter): Promise<StoredDecision[]> {
    const found = await new ListQuery(columns, { time: 'at', id: 'id', idType: 'uuid' })
      .where('project = ?', filter.project)
      .where('model = ?', filter.model)
      .where('version = ?', filter.version)
      .where('environment = ?', filter.environment)
      .where('deployment_id = ?', filter.deployment)
      .where('verdict = ?', filter.verdict)
      .page<DecisionRow>(tx, keyset);
    return found.map(decisionOf);
  }
}
