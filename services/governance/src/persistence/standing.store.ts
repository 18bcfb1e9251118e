import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import { row } from './rows.js';

/** What waits for people, and how long the log is. */
export interface Standing {
  readonly pendingApprovals: number;
  readonly unresolvedIncidents: number;
  readonly auditEntries: number;
}

@Injectable()
export class StandingStore {
  async read(tx: Transaction): Promise<Standing> {
    const found = await row<{ approvals: string; incidents: string; entries: string }>(
      tx,
      `select (select count(*) from approvals where status = 'pending') as approvals,
              (select count(*) from incidents where status <> 'resolved') as incidents,
              coalesce((select tree_size from audit_head where id = 1), 0) as entries`,
    );
    return {
      pendingApprovals: Number(found?.approvals ?? 0),
      unresolvedIncidents: Number(found?.incidents ?? 0),
      auditEntries: Number(found?.entries ?? 0),
    };
  }
}
