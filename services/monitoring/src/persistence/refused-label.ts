import type { ArrivedLabel } from '../domain/label-message.js';

/** A label that was taken out, and where its record lay. */
export interface RefusedLabel extends ArrivedLabel {
  readonly partition: number;
  readonly offset: bigint;
}

export interface RefusedRow {
  readonly project: string;
  readonly prediction_id: string;
  readonly value: string;
  readonly number: number | null;
  readonly observed_at: Date;
  readonly revision: number;
  readonly weight: number | null;
  readonly source: string | null;
  readonly retracted: boolean;
  readonly topic_partition: number;
  readonly record_offset: string;
}

export function refusedOf(row: RefusedRow): RefusedLabel {
  return {
    project: row.project,
    predictionId: row.prediction_id,
    text: row.value,
    numeric: row.number,
    observedMs: row.observed_at.getTime(),
    revision: row.revision,
    weight: row.weight,
    source: row.source,
    retracted: row.retracted,
    partition: row.topic_partition,
    // Where the offset is not stored, it says only that it is another than the others.
    offset: BigInt(row.record_offset),
  };
}
