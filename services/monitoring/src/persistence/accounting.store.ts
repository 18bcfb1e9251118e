import type { AccountingView, RowCounts } from '@drawbridge/contracts';
import { firstLaneOf, predictionTopics } from '../domain/lanes.js';
import type { Database } from './database.js';

interface SumRow {
  topic: string;
  partition: number;
  next: string | null;
  consumed: string;
  counted: string;
  deduplicated: string;
  beyond_horizon: string;
  unrouted: string;
  dead_lettered: string;
}

const SUMS = `coalesce(sum(consumed), 0) AS consumed, coalesce(sum(counted), 0) AS counted,
  coalesce(sum(deduplicated), 0) AS deduplicated, coalesce(sum(beyond_horizon), 0) AS beyond_horizon,
  coalesce(sum(unrouted), 0) AS unrouted, coalesce(sum(dead_lettered), 0) AS dead_lettered`;

/** Where every row of the prediction topics went. */
export class AccountingStore {
  constructor(private readonly database: Database) {}

  async ofMonitor(monitorId: string): Promise<AccountingView> {
    const found = await this.database.query<SumRow>(`SELECT ${SUMS} FROM accounting WHERE monitor_id = $1`, [monitorId]);
    return countsOf(found[0]!);
  }

  async all(): Promise<AccountingView> {
    const partitions = await this.database.query<SumRow>(
      `SELECT o.topic, o.partition, o.next::text AS next, ${SUMS} FROM unnest($1::text[], $2::int[]) AS t (topic, first_lane)
       JOIN consumer_offsets o ON o.topic = t.topic LEFT JOIN accounting a ON a.partition = t.first_lane + o.partition
       GROUP BY t.first_lane, o.topic, o.partition, o.next ORDER BY t.first_lane, o.partition`,
      [predictionTopics, predictionTopics.map(firstLaneOf)],
    );
    const unrouted = await this.database.query<{ project: string; model: string; version: string; rows: string; last_seen: Date }>(
      'SELECT project, model, version, rows, last_seen FROM unrouted_models ORDER BY rows DESC, project, model, version LIMIT 100',
    );
    const counts = partitions.map((row) => ({ topic: row.topic, partition: row.partition, next: row.next ?? '0', ...countsOf(row) }));
    const total: RowCounts = { consumed: 0, counted: 0, deduplicated: 0, beyondHorizon: 0, unrouted: 0, deadLettered: 0 };
    for (const one of counts) for (const name of Object.keys(total) as (keyof RowCounts)[]) total[name] += one[name];
    return {
      ...total,
      partitions: counts,
      unroutedModels: unrouted.map(({ project, model, version, rows, last_seen }) => ({
        project,
        model,
        version,
        rows: Number(rows),
        lastSeen: last_seen.toISOString(),
      })),
    };
  }
}

function countsOf(row: SumRow): RowCounts {
  return {
    consumed: Number(row.consumed),
    counted: Number(row.counted),
    deduplicated: Number(row.deduplicated),
    beyondHorizon: Number(row.beyond_horizon),
    unrouted: Number(row.unrouted),
    deadLettered: Number(row.dead_lettered),
  };
}
