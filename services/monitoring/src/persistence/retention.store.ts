import type { Transaction } from '@drawbridge/postgres';
import { type Database, lookUpByKey, rows } from './database.js';

export interface OldWindow {
  readonly monitorId: string;
  readonly startMs: number;
}

export interface Removed {
  readonly predictions: number;
  readonly labels: number;
}

/** What leaves when it is old: the rows behind closed windows, labels without a prediction, names of unknown versions. */
export class RetentionStore {
  constructor(private readonly database: Database) {}

  /**
   * Closed windows whose rows are due, those closed first before the others. A window keeps its rows as long as late rows
   * and labels may still change it, whatever the setting says.
   */
  async due(nowMs: number, keepSeconds: number, most: number): Promise<OldWindow[]> {
    const found = await this.database.query<{ monitor_id: string; start_at: Date }>(
      `SELECT w.monitor_id, w.start_at FROM windows w JOIN monitors m ON m.id = w.monitor_id
       WHERE w.status = 'closed' AND w.rows_state <> 'gone' AND (w.rows_state = 'going'
         OR w.closed_at < to_timestamp($1::float8 / 1000.0) - make_interval(secs => greatest($2::float8,
              (m.settings->>'labelHorizonSeconds')::float8, (m.settings->>'horizonSeconds')::float8)))
       ORDER BY w.closed_at LIMIT $3`,
      [nowMs, keepSeconds, most],
    );
    return found.map((row) => ({ monitorId: row.monitor_id, startMs: row.start_at.getTime() }));
  }

  /** From here on the window is not measured again: its rows are no longer all there. Under the monitor's row lock. */
  async letGo(tx: Transaction, { monitorId, startMs }: OldWindow): Promise<void> {
    await rows(tx, `UPDATE windows SET rows_state = 'going' WHERE monitor_id = $1 AND start_at = $2`, [monitorId, new Date(startMs)]);
  }

  /** Removes up to `most` predictions of a window, and their labels. */
  async removeRows(tx: Transaction, { monitorId, startMs }: OldWindow, most: number): Promise<Removed> {
    await lookUpByKey(tx);
    const found = await rows<{ predictions: string; labels: string }>(
      tx,
      `WITH gone AS (
         DELETE FROM predictions WHERE ctid = ANY (ARRAY (
           SELECT ctid FROM predictions WHERE monitor_id = $1 AND start_at = $2 LIMIT $3))
         RETURNING prediction_id, project
       ), unlabelled AS (
         DELETE FROM labels l USING gone WHERE l.prediction_id = gone.prediction_id AND l.project = gone.project RETURNING 1
       )
       SELECT (SELECT count(*) FROM gone) AS predictions, (SELECT count(*) FROM unlabelled) AS labels`,
      [monitorId, new Date(startMs), most],
    );
    return { predictions: Number(found[0]?.predictions ?? 0), labels: Number(found[0]?.labels ?? 0) };
  }

  async finish(tx: Transaction, { monitorId, startMs }: OldWindow): Promise<void> {
    await rows(tx, `UPDATE windows SET rows_state = 'gone' WHERE monitor_id = $1 AND start_at = $2`, [monitorId, new Date(startMs)]);
  }

  /** Removes up to `most` labels that were stored before that time and belong to no prediction. */
  async removeStrayLabels(tx: Transaction, beforeMs: number, most: number): Promise<number> {
    await lookUpByKey(tx);
    const found = await rows<{ n: string }>(
      tx,
      `WITH gone AS (
         DELETE FROM labels WHERE ctid = ANY (ARRAY (
           SELECT l.ctid FROM labels l WHERE l.stored_at < to_timestamp($1::float8 / 1000.0)
             AND NOT EXISTS (SELECT FROM predictions p WHERE p.prediction_id = l.prediction_id AND p.project = l.project)
           ORDER BY l.stored_at LIMIT $2))
         RETURNING 1
       )
       SELECT count(*) AS n FROM gone`,
      [beforeMs, most],
    );
    return Number(found[0]?.n ?? 0);
  }

  /** The longest time that any monitor waits for labels. */
  async longestHorizonSeconds(): Promise<number> {
    const found = await this.database.query<{ seconds: number | null }>(
      `SELECT max((settings->>'labelHorizonSeconds')::float8) AS seconds FROM monitors`,
    );
    return found[0]?.seconds ?? 0;
  }

  /** Versions that nobody sent since then make room for others; their rows stay counted, without the names. */
  async forgetUnrouted(tx: Transaction, beforeMs: number): Promise<void> {
    await rows(
      tx,
      `WITH gone AS (
         DELETE FROM unrouted_models WHERE model <> '' AND last_seen < to_timestamp($1::float8 / 1000.0) RETURNING rows
       )
       INSERT INTO unrouted_models AS kept (project, model, version, rows)
       SELECT '', '', '', sum(rows) FROM gone HAVING count(*) > 0
       ON CONFLICT (project, model, version) DO UPDATE SET rows = kept.rows + excluded.rows`,
      [beforeMs],
    );
  }
}
