import { decodeCounts, encodeCounts, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import type { WindowClosed } from '@drawbridge/contracts';
import { binaryArray, type Transaction } from '@drawbridge/postgres';
import type { OpenWindow } from '../domain/closing.js';
import { encodeSegments } from '../domain/segments.codec.js';
import { WindowPart } from '../domain/window-part.js';
import { decodePart } from '../domain/window-part.codec.js';
import { type Database, plainArray, rows } from './database.js';
import { type StoredWindow, WINDOW_COLUMNS, windowOf, type WindowRow, type WindowSummary } from './window.store.js';

export interface WindowPlace {
  readonly monitorId: string;
  readonly startMs: number;
}

/** One window of a monitor, read in the shape of the monitor's baseline. */
export interface WindowKey extends WindowPlace {
  readonly endMs: number;
  readonly layout: FeatureLayout;
}

export interface WindowEnd {
  readonly monitorId: string;
  readonly startMs: number;
  readonly revision: number;
  readonly verdict: WindowClosed['verdict'];
  readonly eventId: string;
  readonly part: WindowPart;
  readonly summary: WindowSummary;
}

/**
 * Closing, for many monitors at a time: a thousand windows may end at the same moment, and a statement for each would take
 * longer than judging all of them. What is locked is locked in the order of the flushes, by monitor and start.
 */
export class ClosingStore {
  constructor(private readonly database: Database) {}

  /** Open windows of every monitor that has one, or of some; nothing is locked. */
  async open(tx?: Transaction, monitorIds?: readonly string[]): Promise<Map<string, OpenWindow[]>> {
    const of = monitorIds === undefined ? '' : 'AND monitor_id = ANY($1::uuid[])';
    const sql = `SELECT monitor_id, start_at, ripe_at FROM windows WHERE status = 'open' ${of}`;
    const parameters = monitorIds === undefined ? [] : [plainArray(monitorIds)];
    type Row = { monitor_id: string; start_at: Date; ripe_at: Date | null };
    const found = await (tx === undefined ? this.database.query<Row>(sql, parameters) : rows<Row>(tx, sql, parameters));
    return grouped(found, ({ start_at, ripe_at }) => ({ startMs: start_at.getTime(), ripeMs: ripe_at?.getTime() }));
  }

  /** Monitors with closed windows that late rows reached. */
  async late(): Promise<string[]> {
    const found = await this.database.query<{ monitor_id: string }>(
      `SELECT DISTINCT monitor_id FROM window_changes WHERE cause = 'late' ORDER BY monitor_id`,
    );
    return found.map((row) => row.monitor_id);
  }

  /** These windows, locked after the flushes that still write to them; by monitor, earliest first. */
  async lock(tx: Transaction, windows: readonly WindowPlace[]): Promise<Map<string, StoredWindow[]>> {
    if (windows.length === 0) return new Map();
    const found = await rows<WindowRow>(
      tx,
      `SELECT ${WINDOW_COLUMNS} FROM windows WHERE (monitor_id, start_at) IN
         (SELECT wanted.monitor_id, to_timestamp(wanted.start_ms / 1000.0) FROM unnest($1::uuid[], $2::float8[]) AS wanted (monitor_id, start_ms))
       ORDER BY monitor_id, start_at FOR UPDATE`,
      keys(windows),
    );
    return grouped(found, windowOf);
  }

  /** Starts of a monitor's closed windows that late rows reached. */
  async lateOf(monitorId: string): Promise<number[]> {
    const found = await this.database.query<{ start_at: Date }>(
      `SELECT DISTINCT start_at FROM window_changes WHERE cause = 'late' AND monitor_id = $1 ORDER BY start_at`,
      [monitorId],
    );
    return found.map(({ start_at }) => start_at.getTime());
  }

  /** Starts of closed windows that late rows reached, earliest first, at most so many and none of `except`; their notes are deleted. */
  async takeLate(tx: Transaction, monitorId: string, most: number, only?: number, except: readonly number[] = []): Promise<number[]> {
    const taken = await rows<{ start_at: Date }>(
      tx,
      `WITH reached AS (SELECT DISTINCT start_at FROM window_changes WHERE cause = 'late' AND monitor_id = $1
         AND ($3::timestamptz IS NULL OR start_at = $3) AND start_at <> ALL($4::timestamptz[]) ORDER BY start_at LIMIT $2),
       taken AS (DELETE FROM window_changes c USING reached
         WHERE c.cause = 'late' AND c.monitor_id = $1 AND c.start_at = reached.start_at RETURNING c.start_at)
       SELECT DISTINCT start_at FROM taken`,
      [monitorId, most, only === undefined ? null : new Date(only), except.map((startMs) => new Date(startMs))],
    );
    return taken.map(({ start_at }) => start_at.getTime());
  }

  async ripen(tx: Transaction, windows: readonly WindowPlace[]): Promise<void> {
    if (windows.length === 0) return;
    await rows(
      tx,
      `UPDATE windows w SET ripe_at = clock_timestamp() FROM unnest($1::uuid[], $2::float8[]) AS ripe (monitor_id, start_ms)
       WHERE w.monitor_id = ripe.monitor_id AND w.start_at = to_timestamp(ripe.start_ms / 1000.0) AND w.ripe_at IS NULL`,
      keys(windows),
    );
  }

  /** Start of the newest closed window of those that have one. */
  async newestClosed(tx: Transaction, monitorIds: readonly string[]): Promise<Map<string, number>> {
    const found = await rows<{ monitor_id: string; at: Date }>(
      tx,
      `SELECT id AS monitor_id, newest.at FROM unnest($1::uuid[]) AS id CROSS JOIN LATERAL
         (SELECT max(start_at) AS at FROM windows WHERE monitor_id = id AND status = 'closed') AS newest WHERE newest.at IS NOT NULL`,
      [plainArray(monitorIds)],
    );
    return new Map(found.map(({ monitor_id, at }) => [monitor_id, at.getTime()]));
  }

  /** For each window the sum of what all partitions contributed, in partition order so that sums come out the same every time. */
  async merged(tx: Transaction, windows: readonly WindowKey[]): Promise<WindowPart[]> {
    const sums = windows.map(({ layout }) => new WindowPart(layout));
    const parts = await rows<{ place: number; state: Buffer }>(
      tx,
      `SELECT wanted.place::int AS place, part.state
       FROM unnest($1::uuid[], $2::float8[]) WITH ORDINALITY AS wanted (monitor_id, start_ms, place)
       JOIN window_parts part ON part.monitor_id = wanted.monitor_id AND part.start_at = to_timestamp(wanted.start_ms / 1000.0)
       ORDER BY wanted.place, part.partition`,
      keys(windows),
    );
    for (const { place, state } of parts) sums[place - 1]!.merge(decodePart(windows[place - 1]!.layout, state));
    return sums;
  }

  /** For each window the counts of up to `most` closed ones right before it, in time order, as far back as there is no gap. */
  async countsBefore(tx: Transaction, windows: readonly (WindowKey & { readonly most: number })[]): Promise<WindowCounts[][]> {
    const before = windows.map((): WindowCounts[] => []);
    if (windows.every(({ most }) => most <= 0)) return before;
    const found = await rows<{ place: number; start_at: Date; counts: Buffer | null }>(
      tx,
      `SELECT wanted.place::int AS place, w.start_at, w.counts
       FROM unnest($1::uuid[], $2::float8[], $3::float8[]) WITH ORDINALITY AS wanted (monitor_id, start_ms, from_ms, place)
       JOIN windows w ON w.monitor_id = wanted.monitor_id AND w.status = 'closed'
         AND w.start_at < to_timestamp(wanted.start_ms / 1000.0) AND w.start_at >= to_timestamp(wanted.from_ms / 1000.0)
       ORDER BY wanted.place, w.start_at DESC`,
      [...keys(windows), plainArray(windows.map(({ startMs, endMs, most }) => startMs - Math.max(0, most) * (endMs - startMs)))],
    );
    const ended = new Set<number>();
    for (const { place, start_at, counts } of found) {
      const { startMs, endMs, layout } = windows[place - 1]!;
      const list = before[place - 1]!;
      if (counts === null || start_at.getTime() !== startMs - (list.length + 1) * (endMs - startMs)) ended.add(place);
      if (!ended.has(place)) list.push(decodeCounts(layout, counts!));
    }
    for (const list of before) list.reverse();
    return before;
  }

  /** Late rows of a window whose rows had left leave as well. */
  async close(tx: Transaction, windows: readonly WindowEnd[]): Promise<void> {
    if (windows.length === 0) return;
    await rows(
      tx,
      `UPDATE windows w SET status = 'closed', revision = new.revision, verdict = new.verdict, n = new.n, counts = new.counts,
         summary = new.summary, closed_event_id = new.event_id, segments = new.segments, closed_at = now(),
         rows_state = CASE w.rows_state WHEN 'gone' THEN 'going' ELSE w.rows_state END
       FROM unnest($1::uuid[], $2::float8[], $3::int[], $4::text[], $5::bigint[], $6::bytea[], $7::jsonb[], $8::uuid[], $9::bytea[])
         AS new (monitor_id, start_ms, revision, verdict, n, counts, summary, event_id, segments)
       WHERE w.monitor_id = new.monitor_id AND w.start_at = to_timestamp(new.start_ms / 1000.0)`,
      [
        ...keys(windows),
        plainArray(windows.map(({ revision }) => revision)),
        windows.map(({ verdict }) => verdict),
        plainArray(windows.map(({ part }) => part.n)),
        binaryArray(
          'bytea',
          windows.map(({ part }) => encodeCounts(part.counts)),
        ),
        binaryArray(
          'jsonb',
          windows.map(({ summary }) => JSON.stringify(summary)),
        ),
        plainArray(windows.map(({ eventId }) => eventId)),
        binaryArray(
          'bytea',
          windows.map(({ part }) => (part.segments === undefined ? null : encodeSegments(part.segments))),
        ),
      ],
    );
    await rows(
      tx,
      `INSERT INTO window_changes (monitor_id, start_at, cause) SELECT monitor_id, to_timestamp(start_ms / 1000.0), 'closed'
       FROM unnest($1::uuid[], $2::float8[]) AS new (monitor_id, start_ms)`,
      keys(windows),
    );
  }
}

function keys(windows: readonly WindowPlace[]): [string, string] {
  return [plainArray(windows.map(({ monitorId }) => monitorId)), plainArray(windows.map(({ startMs }) => startMs))];
}

function grouped<Row extends { monitor_id: string }, T>(found: readonly Row[], of: (row: Row) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of found) {
    const group = groups.get(row.monitor_id);
    if (group === undefined) groups.set(row.monitor_id, [of(row)]);
    else group.push(of(row));
  }
  return groups;
}
