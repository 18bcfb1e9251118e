import type { Transaction } from '@drawbridge/postgres';
import type { Monitor } from '../domain/monitor.js';
import type { Arrivals } from '../domain/stall.js';
import { type Database, rows } from './database.js';

/** Recent closed windows whose rows make the usual rate. */
const RECENT = 10;

/** When rows of a monitor came, and how many usually do. */
export class ArrivalStore {
  constructor(private readonly database: Database) {}

  /** Monitors that are not closed and have seen rows, or should have. */
  async watched(): Promise<string[]> {
    const found = await this.database.query<{ id: string }>(
      `SELECT id FROM monitors m WHERE status <> 'closed' AND (traffic_since IS NOT NULL OR EXISTS (SELECT FROM watermarks w WHERE w.monitor_id = m.id))
       ORDER BY id`,
    );
    return found.map(({ id }) => id);
  }

  async of(tx: Transaction, { id, settings }: Monitor): Promise<Arrivals> {
    const [marks] = await rows<{ traffic_since: Date | null; seen_at: Date | null; event_at: Date | null }>(
      tx,
      `SELECT m.traffic_since, w.seen_at, w.event_at
       FROM monitors m, (SELECT max(seen_at) AS seen_at, max(event_at) AS event_at FROM watermarks WHERE monitor_id = $1) w
       WHERE m.id = $1`,
      [id],
    );
    const { traffic_since = null, seen_at = null, event_at = null } = marks ?? {};
    const windows = await rows<{ n: string }>(
      tx,
      `SELECT n FROM windows WHERE monitor_id = $1 AND status = 'closed' AND n > 0 ORDER BY start_at DESC LIMIT ${RECENT}`,
      [id],
    );
    return {
      newest: seen_at === null || event_at === null ? undefined : { storedMs: seen_at.getTime(), eventMs: event_at.getTime() },
      trafficSinceMs: traffic_since?.getTime(),
      recentRows: windows.map(({ n }) => Number(n)),
      windowSeconds: settings.windowSeconds,
      latenessSeconds: settings.latenessSeconds,
    };
  }
}
