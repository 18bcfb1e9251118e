import type { FeatureFinding, SegmentFinding, WindowClosed } from '@drawbridge/contracts';
import { decodeCounts, encodeCounts, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import type { Transaction } from '@drawbridge/postgres';
import type { SegmentValues } from '../domain/segment-values.js';
import { decodeSegments, encodeSegments } from '../domain/segments.codec.js';
import { decodePart } from '../domain/window-part.codec.js';
import type { OpenWindow } from '../domain/closing.js';
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

interface WindowRow {
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

const COLUMNS = 'id, monitor_id, start_at, end_at, status, revision, verdict, n, summary, closed_event_id, ripe_at';

export interface WindowRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly status?: string | undefined;
  /** Start of the last window of the page before. */
  readonly beforeMs?: number | undefined;
}

export class WindowStore {
  constructor(private readonly database: Database) {}

  /** Monitors that have open windows, or closed ones that late rows reached. */
  async monitorsWithWork(): Promise<string[]> {
    const found = await this.database.query<{ monitor_id: string }>(
      `SELECT monitor_id FROM windows WHERE status = 'open'
       UNION SELECT monitor_id FROM window_changes WHERE cause = 'late' ORDER BY monitor_id`,
    );
    return found.map((row) => row.monitor_id);
  }

  async hasOpen(): Promise<boolean> {
    return (await this.database.query(`SELECT 1 FROM windows WHERE status = 'open' LIMIT 1`)).length > 0;
  }

  /** Open windows, locked after the flushes that still write to them; earliest first. */
  async lockOpen(tx: Transaction, monitorId: string): Promise<StoredWindow[]> {
    const found = await rows<WindowRow>(
      tx,
      `SELECT ${COLUMNS} FROM windows WHERE monitor_id = $1 AND status = 'open' ORDER BY monitor_id, start_at FOR UPDATE`,
      [monitorId],
    );
    return found.map(windowOf);
  }

  /** Closed windows with late rows, locked; their notes are deleted. */
  async takeLate(tx: Transaction, monitorId: string): Promise<StoredWindow[]> {
    const taken = await rows<{ start_at: Date }>(
      tx,
      `WITH taken AS (DELETE FROM window_changes WHERE cause = 'late' AND monitor_id = $1 RETURNING start_at)
       SELECT DISTINCT start_at FROM taken`,
      [monitorId],
    );
    if (taken.length === 0) return [];
    const found = await rows<WindowRow>(
      tx,
      `SELECT ${COLUMNS} FROM windows WHERE monitor_id = $1 AND status = 'closed' AND start_at = ANY($2::timestamptz[])
       ORDER BY monitor_id, start_at FOR UPDATE`,
      [monitorId, taken.map((row) => row.start_at)],
    );
    return found.map(windowOf);
  }

  async open(monitorId: string): Promise<OpenWindow[]> {
    const found = await this.database.query<{ start_at: Date; ripe_at: Date | null }>(
      `SELECT start_at, ripe_at FROM windows WHERE monitor_id = $1 AND status = 'open'`,
      [monitorId],
    );
    return found.map((row) => ({ startMs: row.start_at.getTime(), ripeMs: row.ripe_at?.getTime() }));
  }

  async ripen(tx: Transaction, monitorId: string, startsMs: readonly number[]): Promise<void> {
    if (startsMs.length === 0) return;
    await rows(
      tx,
      `UPDATE windows SET ripe_at = clock_timestamp()
       WHERE monitor_id = $1 AND start_at = ANY($2::timestamptz[]) AND ripe_at IS NULL`,
      [monitorId, startsMs.map((start) => new Date(start))],
    );
  }

  async hasLate(monitorId: string): Promise<boolean> {
    const found = await this.database.query(`SELECT 1 FROM window_changes WHERE cause = 'late' AND monitor_id = $1 LIMIT 1`, [monitorId]);
    return found.length > 0;
  }

  /** Start of the newest closed window, -Infinity before the first. */
  async newestClosed(tx: Transaction, monitorId: string): Promise<number> {
    const found = await rows<{ at: Date | null }>(
      tx,
      `SELECT max(start_at) AS at FROM windows WHERE monitor_id = $1 AND status = 'closed'`,
      [monitorId],
    );
    return found[0]?.at?.getTime() ?? -Infinity;
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

  /** Counts of the closed windows right before `startMs`, in time order, as far back as there is no gap. */
  async countsBefore(
    tx: Transaction,
    monitorId: string,
    startMs: number,
    windowMs: number,
    most: number,
    layout: FeatureLayout,
  ): Promise<WindowCounts[]> {
    if (most <= 0) return [];
    const found = await rows<{ start_at: Date; counts: Buffer | null }>(
      tx,
      `SELECT start_at, counts FROM windows WHERE monitor_id = $1 AND status = 'closed' AND start_at < $2 AND start_at >= $3
       ORDER BY start_at DESC`,
      [monitorId, new Date(startMs), new Date(startMs - most * windowMs)],
    );
    const counts: WindowCounts[] = [];
    for (const row of found) {
      if (row.counts === null || row.start_at.getTime() !== startMs - (counts.length + 1) * windowMs) break;
      counts.push(decodeCounts(layout, row.counts));
    }
    return counts.reverse();
  }

  /** Late rows of a window whose rows had left leave as well. */
  async close(
    tx: Transaction,
    window: { monitorId: string; startMs: number; revision: number; verdict: WindowClosed['verdict']; eventId: string },
    part: WindowPart,
    summary: WindowSummary,
  ): Promise<void> {
    await rows(
      tx,
      `UPDATE windows SET status = 'closed', revision = $3, verdict = $4, n = $5, counts = $6, summary = $7, closed_event_id = $8,
         segments = $9, closed_at = now(), rows_state = CASE rows_state WHEN 'gone' THEN 'going' ELSE rows_state END WHERE monitor_id = $1 AND start_at = $2`,
      [
        window.monitorId,
        new Date(window.startMs),
        window.revision,
        window.verdict,
        part.n,
        Buffer.from(encodeCounts(part.counts)),
        JSON.stringify(summary),
        window.eventId,
        part.segments === undefined ? null : encodeSegments(part.segments),
      ],
    );
    await rows(tx, `INSERT INTO window_changes (monitor_id, start_at, cause) VALUES ($1, $2, 'closed')`, [
      window.monitorId,
      new Date(window.startMs),
    ]);
  }

  /** Newest first. */
  async list(monitorId: string, range: WindowRange, limit: number): Promise<StoredWindow[]> {
    const date = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));
    const found = await this.database.query<WindowRow>(
      `SELECT ${COLUMNS} FROM windows WHERE monitor_id = $1 AND ($2::timestamptz IS NULL OR start_at >= $2)
         AND ($3::timestamptz IS NULL OR start_at < $3) AND ($4::text IS NULL OR status = $4)
         AND ($5::timestamptz IS NULL OR start_at < $5)
       ORDER BY start_at DESC LIMIT $6`,
      [monitorId, date(range.fromMs), date(range.toMs), range.status ?? null, date(range.beforeMs), limit],
    );
    return found.map(windowOf);
  }

  async find(id: string): Promise<StoredWindow | undefined> {
    const found = await this.database.query<WindowRow>(`SELECT ${COLUMNS} FROM windows WHERE id = $1`, [id]);
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

function windowOf(row: WindowRow): StoredWindow {
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
