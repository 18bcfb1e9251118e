import { copyInto, type CopyColumns, CopyRows, type Transaction } from '@drawbridge/postgres';
import type { ArrivedLabel } from '../domain/label-message.js';

/** One label as it is stored. */
export interface StoredLabel extends ArrivedLabel {
  /** Where its record lies in its partition. */
  readonly offset: number;
  /** When the id of its prediction was made, if it says so. */
  readonly madeMs: number | undefined;
}

/** In the order in which `encode` writes them. */
const columns: CopyColumns = [
  ['topic_partition', 'int4'],
  ['project', 'text'],
  ['prediction_id', 'text'],
  ['value', 'text'],
  ['number', 'float8'],
  ['observed_at', 'timestamptz'],
  ['revision', 'int4'],
  ['weight', 'float8'],
  ['source', 'text'],
  ['retracted', 'boolean'],
  ['made_at', 'timestamptz'],
  ['record_offset', 'int8'],
];

/** Labels as they come, by binary COPY into a table without an index: joining them is for later (`label-join.store.ts`). */
export class LabelStore {
  async write(tx: Transaction, partition: number, labels: readonly StoredLabel[]): Promise<void> {
    if (labels.length === 0) return;
    const encoded = new CopyRows(columns);
    for (const label of labels) encode(encoded, partition, label);
    await copyInto(tx, 'label_arrivals', encoded);
    encoded.release();
  }
}

function encode(rows: CopyRows, partition: number, label: StoredLabel): void {
  rows.row();
  rows.int4(partition);
  rows.text(label.project);
  rows.text(label.predictionId);
  rows.text(label.text);
  if (label.numeric === null) rows.none();
  else rows.float8(label.numeric);
  rows.time(label.observedMs);
  rows.int4(label.revision);
  if (label.weight === null) rows.none();
  else rows.float8(label.weight);
  if (label.source === null) rows.none();
  else rows.text(label.source);
  rows.boolean(label.retracted);
  if (label.madeMs === undefined) rows.none();
  else rows.time(label.madeMs);
  rows.int8(label.offset);
}
