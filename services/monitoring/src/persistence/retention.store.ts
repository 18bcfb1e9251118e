import type { Transaction } from '@drawbridge/postgres';
import { type Database, rows } from './database.js';

/** May the rows of window `w` of monitor `m` leave? Not while late rows and labels may still change it, whatever the setting says. */
const DUE = `w.status = 'closed' AND (w.rows_state <> 'kept' OR w.closed_at < clock_timestamp() - make_interval(secs =>
  greatest($1::float8, (m.settings->>'labelHorizonSeconds')::float8, (m.settings->>'horizonSeconds')::float8)))`;

/**
 * What leaves when it is old: partitions of predictions and labels, labels without a prediction, names of unknown versions.
 * What is gone is gone, so only the database's own clock says how old something is.
 */
export class RetentionStore {
  constructor(private readonly database: Database) {}

  /** Partitions in which rows of every window are due, the oldest first. */
  async due(keepSeconds: number): Promise<string[]> {
    const found = await this.database.query<{ name: string }>(
      `SELECT name FROM partitions() AS part
       WHERE EXISTS (SELECT FROM windows w WHERE w.start_at >= part.from_at AND w.start_at < part.to_at)
         AND NOT EXISTS (SELECT FROM windows w JOIN monitors m ON m.id = w.monitor_id
           WHERE w.start_at >= part.from_at AND w.start_at < part.to_at AND w.rows_state <> 'gone' AND NOT (${DUE}))
       ORDER BY from_at`,
      [keepSeconds],
    );
    return found.map(({ name }) => name);
  }

  /**
   * From here on the partition's windows are not measured again: their rows are no longer all there. Whoever measures one
   * holds its monitor's lock; afterwards it sees the mark.
   */
  async letGo(tx: Transaction, name: string, keepSeconds: number): Promise<void> {
    await rows(
      tx,
      `SELECT id FROM monitors WHERE id IN (SELECT w.monitor_id FROM windows w, partition_bounds($1) AS part
         WHERE w.start_at >= part.from_at AND w.start_at < part.to_at AND w.rows_state = 'kept') ORDER BY id FOR NO KEY UPDATE`,
      [name],
    );
    await rows(
      tx,
      `UPDATE windows w SET rows_state = 'going' FROM monitors m, partition_bounds($2) AS part
       WHERE m.id = w.monitor_id AND w.start_at >= part.from_at AND w.start_at < part.to_at AND w.rows_state = 'kept' AND ${DUE}`,
      [keepSeconds, name],
    );
  }

  /** Its rows are no more. */
  async finish(tx: Transaction, name: string): Promise<void> {
    await rows(
      tx,
      `UPDATE windows w SET rows_state = 'gone' FROM partition_bounds($1) AS part
       WHERE w.start_at >= part.from_at AND w.start_at < part.to_at AND w.rows_state = 'going'`,
      [name],
    );
  }

  /** Removes up to `most` labels that were stored so long ago and found no prediction. */
  async removeStrayLabels(tx: Transaction, ageSeconds: number, most: number): Promise<number> {
    const found = await rows<{ n: string }>(
      tx,
      `WITH gone AS (
         DELETE FROM labels_unjoined WHERE ctid = ANY (ARRAY (
           SELECT ctid FROM labels_unjoined WHERE stored_at < clock_timestamp() - make_interval(secs => $1::float8) ORDER BY stored_at LIMIT $2))
         RETURNING 1
       )
       SELECT count(*) AS n FROM gone`,
      [ageSeconds, most],
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

  /**
   * Versions that nobody sent for so long make room for others; their rows stay counted, without the names. Locked in the order
   * in which flushes write them, the row without names first, so that neither waits for the other.
   */
  async forgetUnrouted(tx: Transaction, ageSeconds: number): Promise<void> {
    await rows(
      tx,
      `WITH old AS MATERIALIZED (
         SELECT project, model, version FROM unrouted_models
         WHERE model = '' OR last_seen < clock_timestamp() - make_interval(secs => $1::float8)
         ORDER BY project, model, version FOR UPDATE
       ), gone AS (
         DELETE FROM unrouted_models u USING old
         WHERE old.model <> '' AND (u.project, u.model, u.version) = (old.project, old.model, old.version) RETURNING u.rows
       )
       INSERT INTO unrouted_models AS kept (project, model, version, rows)
       SELECT '', '', '', sum(rows) FROM gone HAVING count(*) > 0
       ON CONFLICT (project, model, version) DO UPDATE SET rows = kept.rows + excluded.rows`,
      [ageSeconds],
    );
  }
}
