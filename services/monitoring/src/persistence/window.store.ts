import type { FeatureFinding, SegmentFinding, WindowClosed } from '@drawbridge/contracts';
import { decodeCounts, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import type { Transaction } from '@drawbridge/postgres';
import type { SegmentValues } from '../domain/segment-values.js';
import { decodeSegments } from '../domain/segments.codec.js';
import { decodePart } from '../domain/window-part.codec.js';
import { WindowPart } from '../domain/window-part.js';
import { type Database, rows } from './database.js';

/** What is stored of a closed window beside its counts. */
export interface WindowSummary {
  readonly features: readonly FeatureFinding[];
  readonly skipped: readonly { feature: string; reason: string }[];
  readonly quality: WindowClosed['quality'];
  readonly notes: readonly string[];
  readonly errors: number;
  readonly late: number;
  readonly deduplicated: number;
  readonly rejected: number;
  /** Null when no producer announces its drops. */
  readonly expected: number | null;
  readonly latency: WindowClosed['latency'];
  readonly prediction: WindowClosed['prediction'];
  /** Absent where no segments are declared. */
  readonly segments?: readonly SegmentFinding[];
}

export interface StoredWindow {
  readonly id: string;
  readonly monitorId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly status: 'open' | 'closed';
  readonly revision: number;
  readonly verdict: WindowClosed['verdict'] | null;
  readonly n: number;
  readonly summary: WindowSummary | null;
  readonly closedEventId: string | null;
  readonly ripeMs: number | undefined;
}

export interface WindowRow {
  id: string;
  monitor_id: string;
  start_at: Date;
  end_at: Date;
  status: 'open' | 'closed';
  revision: number;
  verdict: WindowClosed['verdict'] | null;
  n: string;
  summary: WindowSummary | null;
  closed_event_id: string | null;
  ripe_at: Date | null;
}

export const WINDOW_COLUMNS = 'id, monitor_id, start_at, end_at, status, revision, verdict, n, summary, closed_event_id, ripe_at';

export interface WindowRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly status?: string | undefined;
  /** Start of the last window of the page before. */
  readonly beforeMs?: number | undefined;
}

export class WindowStore {
  constructor(private readonly database: Database) {}

  async hasOpen(): Promise<boolean> {
    return (await this.database.query(`SELECT 1 FROM windows WHERE status = 'open' LIMIT 1`)).length > 0;
  }

  /** The sum of what all partitions contributed, merged in partition order so that sums come out the same every time. */
  async merged(tx: Transaction, monitorId: string, startMs: number, layout: FeatureLayout): Promise<WindowPart> {
    const parts = await rows<{ state: Buffer }>(
      tx,
      'SELECT state FROM window_parts WHERE monitor_id = $1 AND start_at = $2 ORDER BY partition',
      [monitorId, new Date(startMs)],
    );
    const sum = new WindowPart(layout);
    for (const { state } of parts) sum.merge(decodePart(layout, state));
    return sum;
  }

  /** Newest first. */
  async list(monitorId: string, range: WindowRange, limit: number): Promise<StoredWindow[]> {
    const date = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));
    const found = await this.database.query<WindowRow>(
      `SELECT ${WINDOW_COLUMNS} FROM windows WHERE monitor_id = $1 AND ($2::timestamptz IS NULL OR start_at >= $2)
         AND ($3::timestamptz IS NULL OR start_at < $3) AND ($4::text IS NULL OR status = $4)
         AND ($5::timestamptz IS NULL OR start_at < $5)
       ORDER BY start_at DESC LIMIT $6`,
      [monitorId, date(range.fromMs), date(range.toMs), range.status ?? null, date(range.beforeMs), limit],
    );
    return found.map(windowOf);
  }

  async find(id: string): Promise<StoredWindow | undefined> {
    const found = await this.database.query<WindowRow>(`SELECT ${WINDOW_COLUMNS} FROM windows WHERE id = $1`, [id]);
    return found[0] && windowOf(found[0]);
  }

  /** What a window holds so far; for one that is closed, what it was judged on. */
  async counts(window: StoredWindow, layout: FeatureLayout): Promise<WindowCounts> {
    if (window.status === 'closed') {
      const found = await this.database.query<{ counts: Buffer }>('SELECT counts FROM windows WHERE id = $1', [window.id]);
      return decodeCounts(layout, found[0]!.counts);
    }
    return (await this.database.transaction((tx) => this.merged(tx, window.monitorId, window.startMs, layout))).counts;
  }

  /** What `counts` holds, by segment; undefined where none was declared. */
  async segments(window: StoredWindow, layout: FeatureLayout): Promise<ReadonlyMap<string, SegmentValues> | undefined> {
    if (window.status === 'closed') {
      const found = await this.database.query<{ segments: Buffer | null }>('SELECT segments FROM windows WHERE id = $1', [window.id]);
      const bytes = found[0]?.segments ?? null;
      return bytes === null ? undefined : decodeSegments(layout, bytes);
    }
    return (await this.database.transaction((tx) => this.merged(tx, window.monitorId, window.startMs, layout))).segments;
  }

  async count(monitorId: string): Promise<number> {
    const found = await this.database.query<{ n: string }>('SELECT count(*) AS n FROM windows WHERE monitor_id = $1', [monitorId]);
    return Number(found[0]?.n ?? 0);
  }
}

export function windowOf(row: WindowRow): StoredWindow {
  return {
    id: row.id,
    monitorId: row.monitor_id,
    startMs: row.start_at.getTime(),
    endMs: row.end_at.getTime(),
    status: row.status,
    revision: row.revision,
    verdict: row.verdict,
    n: Number(row.n),
    summary: row.summary,
    closedEventId: row.closed_event_id,
    ripeMs: row.ripe_at?.getTime(),
  };
}
