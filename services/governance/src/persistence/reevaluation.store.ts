import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import { row, rows } from './rows.js';

/** A published policy that has not been put to every version yet, and how far it got. */
export interface Reevaluation {
  readonly id: string;
  readonly project: string;
  readonly policyId: string;
  readonly environments: readonly string[];
  /** The publication. */
  readonly eventId: string;
  readonly createdAt: Date;
  readonly after?: { readonly at: Date; readonly modelId: string; readonly version: string };
}

interface ReevaluationRow {
  id: string;
  project: string;
  policy_id: string;
  environments: string[];
  event_id: string;
  created_at: Date;
  after_at: Date | null;
  after_model_id: string | null;
  after_version: string | null;
}

@Injectable()
export class ReevaluationStore {
  async add(tx: Transaction, work: Reevaluation): Promise<void> {
    await rows(
      tx,
      `insert into reevaluations (id, project, policy_id, environments, event_id, created_at) values ($1, $2, $3, $4, $5, $6)`,
      [work.id, work.project, work.policyId, work.environments, work.eventId, work.createdAt],
    );
  }

  /** The oldest, claimed for this transaction; another process takes none meanwhile. */
  async next(tx: Transaction): Promise<Reevaluation | undefined> {
    const found = await row<ReevaluationRow>(
      tx,
      `select id, project, policy_id, environments, event_id, created_at, after_at, after_model_id, after_version
       from reevaluations order by created_at, id limit 1 for update skip locked`,
    );
    if (found === undefined) return undefined;
    const { after_at: at, after_model_id: modelId, after_version: version } = found;
    return {
      id: found.id,
      project: found.project,
      policyId: found.policy_id,
      environments: found.environments,
      eventId: found.event_id,
      createdAt: found.created_at,
      ...(at === null || modelId === null || version === null ? {} : { after: { at, modelId, version } }),
    };
  }

  async advance(tx: Transaction, id: string, after: { at: Date; modelId: string; version: string }): Promise<void> {
    await rows(tx, `update reevaluations set after_at = $2, after_model_id = $3, after_version = $4 where id = $1`, [
      id,
      after.at,
      after.modelId,
      after.version,
    ]);
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await rows(tx, `delete from reevaluations where id = $1`, [id]);
  }
}
