import type { Transaction } from '@drawbridge/postgres';
import type { Monitor } from '../domain/monitor.js';
import type { Arrivals } from '../domain/stall.js';
import { type Database, rows } from './database.js';

/** Recent closed windows whose rows make the usual rate. */
const RECENT = 10;

/** When rows of a monitor came, and how many usually do. */
export class ArrivalStore {
  constructor(private readonly database: Database) {}

  /** Monitors that are not closed and have seen rows. */
  async watched(): Promise<string[]> {
    const found = await this.database.query<{ id: string }>(
      `SELECT id FROM monitors m WHERE status <> 'closed' AND EXISTS (SELECT FROM watermarks w WHERE w.monitor_id = m.id) ORDER BY id`,
    );
    return found.map(({ id }) => id);
  }

  async of(tx: Transaction, { id, settings }: Monitor): Promise<Arrivals | undefined> {
    const marks = await rows<{ seen_at: Date | null; event_at: Date | null }>(
      tx,
      'SELECT max(seen_at) AS seen_at, max(event_at) AS event_at FROM watermarks WHERE monitor_id = $1',
      [id],
    );
    const { seen_at, event_at } = marks[0] ?? { seen_at: null, event_at: null };
    if (seen_at === null || event_at === null) return undefined;
    const windows = await rows<{ n: string }>(
      tx,
      `SELECT n FROM windows WHERE monitor_id = $1 AND status = 'closed' AND n > 0 ORDER BY start_at DESC LIMIT ${RECENT}`,
      [id],
    );
    return {
      seenMs: seen_at.getTime(),
      eventMs: event_at.getTime(),
      recentRows: windows.map(({ n }) => Number(n)),
      windowSeconds: settings.windowSeconds,
    };
  }
}
