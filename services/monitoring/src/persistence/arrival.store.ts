import { type CompleteSettings, completeSettings } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import type { MonitorStatus } from '../domain/monitor.js';
import type { Arrivals } from '../domain/stall.js';
import { type Database, rows } from './database.js';

/** Recent closed windows whose rows make the usual rate. */
const RECENT = 10;

/** A monitor that is not closed and has seen rows, or should have. */
export interface Watched {
  readonly id: string;
  readonly status: MonitorStatus;
  readonly weight: number | null;
  readonly arrivals: Arrivals;
}

interface WatchedRow {
  id: string;
  status: MonitorStatus;
  weight: number | null;
  times: Partial<CompleteSettings>;
  traffic_since: Date | null;
  seen_at: Date | null;
  event_at: Date | null;
  recent: number[] | null;
}

const WATCHED = `SELECT m.id, m.status, m.weight, m.traffic_since, mark.seen_at, mark.event_at, usual.recent,
     jsonb_strip_nulls(jsonb_build_object('windowSeconds', m.settings->'windowSeconds', 'latenessSeconds', m.settings->'latenessSeconds')) AS times
   FROM monitors m
   CROSS JOIN LATERAL (SELECT max(seen_at) AS seen_at, max(event_at) AS event_at FROM watermarks WHERE monitor_id = m.id) AS mark
   CROSS JOIN LATERAL (SELECT array_agg(n::float8) AS recent FROM (
     SELECT n FROM windows WHERE monitor_id = m.id AND status = 'closed' AND n > 0 ORDER BY start_at DESC LIMIT ${RECENT}) AS newest) AS usual
   WHERE m.status <> 'closed' AND (m.traffic_since IS NOT NULL OR mark.seen_at IS NOT NULL)`;

/** When rows of a monitor came, and how many usually do. */
export class ArrivalStore {
  constructor(private readonly database: Database) {}

  async watched(): Promise<Watched[]> {
    return (await this.database.query<WatchedRow>(`${WATCHED} ORDER BY m.id`)).map(watchedOf);
  }

  /** One of them, as it is now. */
  async of(tx: Transaction, id: string): Promise<Watched | undefined> {
    const found = await rows<WatchedRow>(tx, `${WATCHED} AND m.id = $1`, [id]);
    return found[0] && watchedOf(found[0]);
  }
}

function watchedOf({ id, status, weight, times, traffic_since, seen_at, event_at, recent }: WatchedRow): Watched {
  const { windowSeconds, latenessSeconds } = completeSettings(times);
  return {
    id,
    status,
    weight,
    arrivals: {
      newest: seen_at === null || event_at === null ? undefined : { storedMs: seen_at.getTime(), eventMs: event_at.getTime() },
      trafficSinceMs: traffic_since?.getTime(),
      recentRows: recent ?? [],
      windowSeconds,
      latenessSeconds,
    },
  };
}
