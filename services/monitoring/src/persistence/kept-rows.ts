import { type CopyColumns, CopyRows } from '@drawbridge/postgres';

/** Bytes of valid UTF-8 in a larger piece. */
export interface BytesAt {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export type StoredText = string | BytesAt;

/** One accepted row as it is kept for the label join and as exemplar. */
export interface KeptRow {
  readonly project: string;
  readonly predictionId: StoredText;
  readonly monitorId: string;
  readonly startMs: number;
  readonly timeMs: number;
  /** NaN when there is none. */
  readonly score: number;
  readonly outputClass: StoredText | null;
  readonly failed: boolean;
  readonly latencyMs: number;
  readonly traceId: string | null;
  /** JSON */
  readonly features: StoredText | null;
}

/** In the order in which `add` writes them. */
const columns: CopyColumns = [
  ['monitor_id', 'uuid'],
  ['project', 'text'],
  ['prediction_id', 'text'],
  ['start_at', 'timestamptz'],
  ['event_at', 'timestamptz'],
  ['score', 'float8'],
  ['class', 'text'],
  ['failed', 'boolean'],
  ['latency_ms', 'float8'],
  ['trace_id', 'text'],
  ['features', 'text'],
];

/** Accepted rows between two flushes, written at once in the form they are sent in: no object outlives its row. */
export class KeptRows {
  readonly encoded = new CopyRows(columns);
  private monitorId = '';
  private monitorBytes = new Uint8Array(16);

  get count(): number {
    return this.encoded.count;
  }

  add(row: KeptRow): void {
    const { encoded } = this;
    if (row.monitorId !== this.monitorId) {
      this.monitorId = row.monitorId;
      this.monitorBytes = Buffer.from(row.monitorId.replaceAll('-', ''), 'hex');
    }
    encoded.row();
    encoded.bytes(this.monitorBytes);
    encoded.text(row.project);
    this.text(row.predictionId);
    encoded.time(row.startMs);
    encoded.time(row.timeMs);
    this.number(row.score);
    this.text(row.outputClass);
    encoded.boolean(row.failed);
    this.number(row.latencyMs);
    this.text(row.traceId);
    this.text(row.features);
  }

  private number(value: number): void {
    if (Number.isNaN(value)) this.encoded.none();
    else this.encoded.float8(value);
  }

  private text(value: StoredText | null): void {
    if (value === null) this.encoded.none();
    else if (typeof value === 'string') this.encoded.text(value);
    else this.encoded.bytes(value.bytes, value.from, value.to);
  }
}
