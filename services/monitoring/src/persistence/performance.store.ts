import type { PerformanceView } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import type { LabelledRow, Performance, PerformanceState } from '../domain/performance.js';
import { type Database, rows } from './database.js';

/** A closed window with something new about its labels. */
export interface DueWindow {
  readonly monitorId: string;
  readonly startMs: number;
  /** Notes up to this number are answered by evaluating now. */
  readonly upTo: string;
  /** Labels that came, by these notes. */
  readonly labels: number;
  /** Its labels must be counted, however few came: it was closed or revised, or waited long enough. */
  readonly mustCount: boolean;
}

export interface StoredPerformance extends PerformanceState {
  readonly labelled: number;
  readonly ofN: number;
  readonly noted: number;
}

export interface Measured {
  readonly windowId: string;
  readonly monitorId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly revision: number;
  readonly labelled: number;
  readonly ofN: number;
  readonly performance: Performance;
  readonly digest: string;
}

/** Labels that stopped coming for this long will not come by themselves: then the predictions' own clock counts. */
const SILENT_SECONDS = 60;

/**
 * The slowest partition decides, so that a label topic which is read behind its predictions is waited for. Replayed and live
 * monitors have clocks of their own.
 */
function labelClock(monitorId: string): string {
  return `(SELECT CASE WHEN max(touched_at) < clock_timestamp() - make_interval(secs => ${String(SILENT_SECONDS)})
      THEN greatest(min(observed_at), (SELECT max(event_at) FROM watermarks WHERE monitor_id = ${monitorId}))
      ELSE min(observed_at) END FROM label_clocks WHERE monitor_id = ${monitorId})`;
}

/** Every revision is stored; the highest counts, of several that are equally high the first. */
const NEWEST_LABELS = `SELECT DISTINCT ON (prediction_id COLLATE "C") prediction_id, retracted, score, class, value, number FROM labels
  WHERE monitor_id = $1 AND start_at = $2 AND NOT failed ORDER BY prediction_id COLLATE "C", revision DESC, seq`;

export class PerformanceStore {
  constructor(private readonly database: Database) {}

  /** Closed windows with labels that were not looked at yet, those that waited longest first. */
  async due(most: number): Promise<DueWindow[]> {
    const found = await this.database.query<{ monitor_id: string; start_at: Date; up_to: string; labels: string; closed: boolean }>(
      `SELECT c.monitor_id, c.start_at, max(c.seq)::text AS up_to, sum(c.labels) AS labels, bool_or(c.cause = 'closed') AS closed FROM window_changes c
       JOIN windows w ON w.monitor_id = c.monitor_id AND w.start_at = c.start_at AND w.status = 'closed'
       WHERE c.cause IN ('label', 'closed') GROUP BY c.monitor_id, c.start_at ORDER BY min(c.seq) LIMIT $1`,
      [most],
    );
    return found.map((row) => ({
      monitorId: row.monitor_id,
      startMs: row.start_at.getTime(),
      upTo: row.up_to,
      labels: Number(row.labels),
      mustCount: row.closed,
    }));
  }

  /** Windows that still wait for labels although, by event time, none are to be expected. */
  async overdue(most: number): Promise<DueWindow[]> {
    const found = await this.database.query<{ monitor_id: string; start_at: Date }>(
      `SELECT p.monitor_id, p.start_at FROM performances p JOIN monitors m ON m.id = p.monitor_id
       JOIN windows w ON w.monitor_id = p.monitor_id AND w.start_at = p.start_at AND w.rows_state = 'kept'
       WHERE p.revision = 0 AND p.labelled > 0 AND p.end_at + make_interval(secs => (m.settings->>'labelHorizonSeconds')::float8) <= ${labelClock('m.id')}
       LIMIT $1`,
      [most],
    );
    return found.map((row) => ({ monitorId: row.monitor_id, startMs: row.start_at.getTime(), upTo: '0', labels: 0, mustCount: true }));
  }

  async answered(tx: Transaction, due: DueWindow): Promise<void> {
    await rows(tx, `DELETE FROM window_changes WHERE monitor_id = $1 AND start_at = $2 AND cause IN ('label', 'closed') AND seq <= $3`, [
      due.monitorId,
      new Date(due.startMs),
      due.upTo,
    ]);
  }

  /** Has the window all of its rows? Old ones leave; figures of the rest would be wrong. */
  async measurable(tx: Transaction, monitorId: string, startMs: number): Promise<boolean> {
    const found = await rows(tx, `SELECT 1 FROM windows WHERE monitor_id = $1 AND start_at = $2 AND rows_state = 'kept'`, [
      monitorId,
      new Date(startMs),
    ]);
    return found.length > 0;
  }

  /** How far the labels of a monitor have come, in event time; -Infinity without labels. */
  async clockMs(tx: Transaction, monitorId: string): Promise<number> {
    const found = await rows<{ at: Date | null }>(tx, `SELECT ${labelClock('$1')} AS at`, [monitorId]);
    return found[0]?.at?.getTime() ?? -Infinity;
  }

  /** How many predictions of a window have a label. */
  async labelledCount(tx: Transaction, monitorId: string, startMs: number): Promise<number> {
    const found = await rows<{ labelled: string }>(
      tx,
      `SELECT count(*) FILTER (WHERE NOT retracted) AS labelled FROM (${NEWEST_LABELS}) AS newest`,
      [monitorId, new Date(startMs)],
    );
    return Number(found[0]?.labelled ?? 0);
  }

  /** The labelled predictions of a window, in the order of their ids. */
  async labelled(tx: Transaction, monitorId: string, startMs: number): Promise<LabelledRow[]> {
    const found = await rows<{ score: number | null; class: string | null; value: string; number: number | null }>(
      tx,
      `SELECT score, class, value, number FROM (${NEWEST_LABELS}) AS newest WHERE NOT retracted ORDER BY prediction_id COLLATE "C"`,
      [monitorId, new Date(startMs)],
    );
    return found.map((row) => ({ score: row.score, outputClass: row.class, labelText: row.value, labelNumber: row.number }));
  }

  /** Predictions that a label could belong to, and the share of the counted rows that is kept. */
  async count(tx: Transaction, monitorId: string, startMs: number): Promise<{ ofN: number; keptShare: number }> {
    const found = await rows<{ of_n: string; kept: string; counted: string }>(
      tx,
      `SELECT count(*) FILTER (WHERE NOT failed) AS of_n, count(*) AS kept,
              (SELECT n FROM windows WHERE monitor_id = $1 AND start_at = $2) AS counted
       FROM predictions WHERE monitor_id = $1 AND start_at = $2`,
      [monitorId, new Date(startMs)],
    );
    const { of_n, kept, counted } = found[0]!;
    return { ofN: Number(of_n), keptShare: Number(kept) >= Number(counted) ? 1 : Number(kept) / Number(counted) };
  }

  async state(tx: Transaction, monitorId: string, startMs: number): Promise<StoredPerformance | undefined> {
    const found = await rows<{ revision: number; digest: string; labelled: string; of_n: string; noted: string }>(
      tx,
      'SELECT revision, digest, labelled, of_n, noted FROM performances WHERE monitor_id = $1 AND start_at = $2',
      [monitorId, new Date(startMs)],
    );
    const row = found[0];
    return (
      row && { revision: row.revision, digest: row.digest, labelled: Number(row.labelled), ofN: Number(row.of_n), noted: Number(row.noted) }
    );
  }

  async note(tx: Transaction, monitorId: string, startMs: number, noted: number): Promise<void> {
    await rows(tx, 'UPDATE performances SET noted = $3 WHERE monitor_id = $1 AND start_at = $2', [monitorId, new Date(startMs), noted]);
  }

  async save(tx: Transaction, measured: Measured): Promise<void> {
    const { monitorId, startMs, endMs, windowId, revision, labelled, ofN, performance, digest } = measured;
    await rows(
      tx,
      `INSERT INTO performances (monitor_id, start_at, end_at, window_id, revision, labelled, of_n, result, digest)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (monitor_id, start_at) DO UPDATE SET revision = excluded.revision, labelled = excluded.labelled, of_n = excluded.of_n, noted = 0,
         result = excluded.result, digest = excluded.digest, evaluated_at = now()`,
      [monitorId, new Date(startMs), new Date(endMs), windowId, revision, labelled, ofN, JSON.stringify(performance), digest],
    );
  }

  /** Newest first; windows without figures yet have revision 0. */
  async list(monitorId: string, range: { fromMs?: number; toMs?: number; beforeMs?: number }, limit: number): Promise<PerformanceView[]> {
    const date = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));
    const found = await this.database.query<{
      window_id: string;
      start_at: Date;
      end_at: Date;
      revision: number;
      labelled: string;
      of_n: string;
      result: Performance;
    }>(
      `SELECT window_id, start_at, end_at, revision, labelled, of_n, result FROM performances
       WHERE monitor_id = $1 AND ($2::timestamptz IS NULL OR start_at >= $2) AND ($3::timestamptz IS NULL OR start_at < $3)
         AND ($4::timestamptz IS NULL OR start_at < $4)
       ORDER BY start_at DESC LIMIT $5`,
      [monitorId, date(range.fromMs), date(range.toMs), date(range.beforeMs), limit],
    );
    return found.map(({ window_id, start_at, end_at, revision, labelled, of_n, result }) => ({
      windowId: window_id,
      start: start_at.toISOString(),
      end: end_at.toISOString(),
      revision,
      labelled: Number(labelled),
      ofN: Number(of_n),
      coverage: Number(of_n) === 0 ? 0 : Number(labelled) / Number(of_n),
      metrics: result.metrics,
      ...(result.calibration === undefined ? {} : { calibration: result.calibration }),
      ...(result.unmeasured === undefined ? {} : { unmeasured: result.unmeasured }),
    }));
  }
}
