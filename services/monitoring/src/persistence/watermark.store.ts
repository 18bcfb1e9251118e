import type { Progress } from '../domain/closing.js';
import { FIRST_BATCH_LANE } from '../domain/lanes.js';
import type { Database } from './database.js';
import { plainArray } from './database.js';

/**
 * How far each partition got with each monitor, and when each partition was last seen read to its end. These times are the
 * database's: processes whose clocks differ or jump compare them.
 */
export class WatermarkStore {
  constructor(private readonly database: Database) {}

  /** Newest event time per monitor in one lane. */
  async ofLane(lane: number): Promise<Map<string, number>> {
    const found = await this.database.query<{ monitor_id: string; event_at: Date }>(
      'SELECT monitor_id, event_at FROM watermarks WHERE partition = $1',
      [lane],
    );
    return new Map(found.map(({ monitor_id, event_at }) => [monitor_id, event_at.getTime()]));
  }

  /** Every lane holds windows open until it is known to be done, also one nobody reads yet. */
  async addLanes(lanes: readonly number[]): Promise<void> {
    await this.database.query(
      'INSERT INTO partition_ends (partition) SELECT unnest($1::int[]) AS lane ORDER BY lane ON CONFLICT DO NOTHING',
      [plainArray(lanes)],
    );
  }

  /** The database's time in whole milliseconds, never later than it is. */
  async nowMs(): Promise<number> {
    const [now] = await this.database.query<{ ms: number }>(`SELECT ${msOf('clock_timestamp()')} AS ms`);
    return now!.ms;
  }

  /** Lanes that were at their end at a time of the database. */
  async caughtUp(lanes: readonly number[], atMs: number): Promise<void> {
    if (lanes.length === 0) return;
    await this.database.query(
      `UPDATE partition_ends p SET caught_up_at = to_timestamp($2::float8 / 1000.0)
       FROM (SELECT partition FROM partition_ends WHERE partition = ANY($1::int[]) ORDER BY partition FOR UPDATE) AS locked
       WHERE p.partition = locked.partition`,
      [plainArray(lanes), atMs],
    );
  }

  /**
   * Progress of every lane with each of the monitors. Lanes of batch scoring hold only the windows of monitors that they have
   * reached: for all others they would be silent for ever, and silence must be seen twice before it counts.
   */
  async progress(query: Query, monitorIds: readonly string[]): Promise<Map<string, Progress[]>> {
    const found = await query<ProgressRow>(
      `SELECT m.id AS monitor_id, p.partition, ${msOf('w.event_at')} AS event_ms, ${msOf('coalesce(w.seen_at, m.created_at)')} AS last_row_ms,
         ${msOf('p.caught_up_at')} AS caught_up_ms
       FROM monitors m CROSS JOIN partition_ends p
       LEFT JOIN watermarks w ON w.monitor_id = m.id AND w.partition = p.partition
       WHERE m.id = ANY($1::uuid[]) AND (p.partition < ${FIRST_BATCH_LANE}
         OR EXISTS (SELECT FROM watermarks b WHERE b.monitor_id = m.id AND b.partition >= ${FIRST_BATCH_LANE}))
       ORDER BY m.id, p.partition`,
      [plainArray(monitorIds)],
    );
    const progress = new Map<string, Progress[]>(monitorIds.map((id) => [id, []]));
    for (const { monitor_id, partition, event_ms, last_row_ms, caught_up_ms } of found) {
      progress.get(monitor_id)!.push({
        partition,
        watermarkMs: event_ms ?? undefined,
        lastRowWallMs: last_row_ms,
        caughtUpWallMs: caught_up_ms ?? undefined,
      });
    }
    return progress;
  }
}

type Query = <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>;

interface ProgressRow {
  monitor_id: string;
  partition: number;
  event_ms: number | null;
  last_row_ms: number;
  caught_up_ms: number | null;
}

/** A time as a number of whole milliseconds: thousands of dates are slow to read. */
function msOf(time: string): string {
  return `floor(extract(epoch FROM ${time}) * 1000)::float8`;
}
