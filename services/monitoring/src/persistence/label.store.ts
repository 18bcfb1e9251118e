import type { Transaction } from '@drawbridge/postgres';
import { lookUpByKey, plainArray, rows } from './database.js';

/** One label as it is stored. */
export interface StoredLabel {
  readonly project: string;
  readonly predictionId: string;
  readonly text: string;
  readonly numeric: number | null;
  readonly observedMs: number;
  readonly revision: number;
  readonly weight: number | null;
  readonly source: string | null;
  readonly retracted: boolean;
}

/** Labels by prediction: the highest revision stays, whatever the order in which they come. */
export class LabelStore {
  /**
   * Stores labels and notes the windows whose predictions they belong to. Labels may come before their prediction:
   * closing a window notes it as well. One row per prediction at most, in the order of their keys. Moves the label clock of each
   * monitor: the newest observation of the partition, which says how far its labels have come.
   */
  async write(tx: Transaction, partition: number, labels: readonly StoredLabel[]): Promise<void> {
    if (labels.length === 0) return;
    await lookUpByKey(tx);
    await rows(
      tx,
      `WITH stored AS (
         INSERT INTO labels AS known (project, prediction_id, value, number, observed_at, revision, weight, source, retracted)
         SELECT project, prediction_id, value, number, to_timestamp(observed_ms / 1000.0), revision, weight, source, retracted
         FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::int[], $7::float8[], $8::text[], $9::bool[])
           AS new (project, prediction_id, value, number, observed_ms, revision, weight, source, retracted)
         ON CONFLICT (prediction_id, project) DO UPDATE SET value = excluded.value, number = excluded.number,
           observed_at = excluded.observed_at, revision = excluded.revision, weight = excluded.weight, source = excluded.source,
           retracted = excluded.retracted
         WHERE known.revision < excluded.revision
         RETURNING prediction_id, project, observed_at
       ), joined AS (
         SELECT p.monitor_id, p.start_at, s.observed_at FROM stored s
         JOIN predictions p ON p.prediction_id = s.prediction_id AND p.project = s.project
       ), clocks AS (
         INSERT INTO label_clocks AS known (monitor_id, partition, observed_at, touched_at)
         SELECT monitor_id, $10::int, max(observed_at), clock_timestamp() FROM joined GROUP BY monitor_id ORDER BY monitor_id
         ON CONFLICT (monitor_id, partition) DO UPDATE SET observed_at = greatest(known.observed_at, excluded.observed_at),
           touched_at = excluded.touched_at
       )
       INSERT INTO window_changes (monitor_id, start_at, cause, labels)
       SELECT monitor_id, start_at, 'label', count(*) FROM joined GROUP BY monitor_id, start_at`,
      [
        labels.map((label) => label.project),
        labels.map((label) => label.predictionId),
        labels.map((label) => label.text),
        plainArray(labels.map((label) => label.numeric)),
        plainArray(labels.map((label) => label.observedMs)),
        plainArray(labels.map((label) => label.revision)),
        plainArray(labels.map((label) => label.weight)),
        labels.map((label) => label.source),
        plainArray(labels.map((label) => label.retracted)),
        partition,
      ],
    );
  }
}
