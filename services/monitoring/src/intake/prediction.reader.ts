import { eventLimits } from '@drawbridge/contracts';
import type { FeatureLayout, WindowCounts } from '@drawbridge/drift';
import type { RecordBatch } from '@drawbridge/kafka';
import type { RecentIds } from './recent-ids.js';
import type { RoutingTable, Target } from '../domain/routing.js';
import type { StoredText } from '../persistence/kept-rows.js';
import { countRow, countRowNow } from './count-row.js';
import { type Body, Forms } from './decode/forms.js';
import { ERROR_HASH, type Holes } from './decode/kernel.js';
import { NULL, NUMBER, TEXT, TRUE } from './decode/kernel-layout.js';
import type { SegmentValues } from '../domain/segment-values.js';
import type { Tally } from '../domain/tally.js';
import { type FeatureValue, PredictionCodec, type PredictionRow, storedClassOf } from './prediction.codec.js';
import type { NumberColumns } from './number-columns.js';
import { type Reject } from './reject.js';
import type { RowSource } from './row-source.js';

const EMPTY = new Uint8Array();

interface Place {
  bytes: Uint8Array;
  from: number;
  to: number;
}

/**
 * Reads predictions of one batch after another. What has a form that was met before is read by position, in place;
 * everything else by the reference decoder, whose verdict always counts. Both fill the same row.
 */
export class PredictionReader implements RowSource {
  /** Overwritten by the next record. Id, features, segments, class and value are filled by the reference decoder only; see `body`. */
  readonly row: PredictionRow;
  index = 0;
  /** Columns with rows of this batch that are not counted yet. */
  private readonly waiting: NumberColumns[] = [];
  private isFull = false;
  private readonly idAt: Place = { bytes: EMPTY, from: 0, to: 0 };
  private readonly classAt: Place = { bytes: EMPTY, from: 0, to: 0 };
  private readonly featuresAt: Place = { bytes: EMPTY, from: 0, to: 0 };
  /** Set when the last record was read by position: its values are in `forms.scanned`. */
  body: Body | undefined;
  readonly forms = new Forms();
  /** Records by the way they were read, for the metric. */
  readonly tiers = { position: 0, reference: 0 };
  private readonly codec = new PredictionCodec();
  private batch: RecordBatch | undefined;
  /** Of the batch in use. */
  bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private start: Int32Array = new Int32Array();
  private end: Int32Array = new Int32Array();

  constructor() {
    this.row = this.codec.row;
  }

  /** Id, model and time of the last record are in `row`, even when the rest was rejected. */
  get routable(): boolean {
    return this.body !== undefined || this.codec.routable;
  }

  /** Takes up a batch; its records are read by their number. */
  use(batch: RecordBatch): void {
    const { bytes, start, end } = batch.values;
    // Of a batch whose reading came to nothing.
    for (const columns of this.waiting) columns.forget();
    this.waiting.length = 0;
    if (this.bytes !== bytes) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.forms.use(bytes);
    this.batch = batch;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Record → `row`, or why it can never be counted. */
  read(index: number, nowMs: number): Reject | undefined {
    if (this.isFull) this.settle();
    this.index = index;
    this.body = this.byPosition(index, nowMs);
    if (this.body !== undefined) {
      this.tiers.position += 1;
      return undefined;
    }
    this.tiers.reference += 1;
    const value = this.batch!.value(index);
    const found = this.codec.read(value, nowMs);
    if (found === undefined && value !== null) this.forms.learn(value);
    return found;
  }

  id(): string {
    return this.body === undefined ? this.row.predictionId : this.text(this.body.id);
  }

  repeats(recent: RecentIds, number: number): boolean {
    const { body, row } = this;
    if (body === undefined) return recent.seen(row.project, row.predictionId, number);
    const { start, end, hash } = this.forms.scanned.holes;
    return recent.seenBytes(row.project, this.view, start[body.id]!, end[body.id]!, hash[body.id]!, number);
  }

  /** Reads a record that was counted before, to know its id again. */
  remember(index: number, recent: RecentIds, number: number): void {
    if (this.read(index, Infinity) === undefined) this.repeats(recent, number);
  }

  /** Events of one form and model go to one monitor, for as long as the monitors are the same. */
  route(table: RoutingTable): Target | undefined {
    const { body, row } = this;
    if (body === undefined) return table.route(row);
    const known = body.routed as { readonly table: RoutingTable; readonly target: Target | undefined } | undefined;
    if (known?.table === table) return known.target;
    const target = table.route(row);
    body.routed = { table, target };
    return target;
  }

  count(counts: WindowCounts, layout: FeatureLayout): void {
    countRow(counts, layout, this);
  }

  countNow(counts: WindowCounts, layout: FeatureLayout): void {
    countRowNow(counts, layout, this);
  }

  /** Keeps the numbers of the last record for a window until all columns are counted. */
  countLater(columns: NumberColumns, window: WindowCounts): void {
    const isFirst = columns.rows === 0;
    if (!columns.add(window)) {
      columns.countNow(window);
      this.isFull = true;
      return;
    }
    if (isFirst) this.waiting.push(columns);
    // Not at once: somebody may still ask for the values of this record.
    if (columns.full) this.isFull = true;
  }

  /** Counts what waits in columns. To be called when the batch was read, before anybody looks at a window. */
  settle(): void {
    for (let i = 0; i < this.waiting.length; i += 1) this.waiting[i]!.settle();
    this.waiting.length = 0;
    this.isFull = false;
  }

  traceparent(): string | undefined {
    return this.batch!.header(this.index, 'traceparent');
  }

  storedId(): StoredText {
    return this.body === undefined ? this.row.predictionId : at(this.idAt, this.bytes, this.forms.scanned.holes, this.body.id);
  }

  storedClass(): StoredText | null {
    const { body, row } = this;
    if (body === undefined) return storedClassOf(row.outputClass, row.outputValue);
    const { holes } = this.forms.scanned;
    if (body.class >= 0) return at(this.classAt, this.bytes, holes, body.class);
    return body.value < 0 ? null : storedClassOf(undefined, this.scalar(body.value));
  }

  storedFeatures(): StoredText | null {
    const { body, featuresAt } = this;
    if (body === undefined) return this.row.features === undefined ? null : JSON.stringify(this.row.features);
    if (!body.hasFeatures) return null;
    const { features, lead, tail } = body;
    if (features.size === 0) return '{}';
    const { holes } = this.forms.scanned;
    featuresAt.bytes = this.bytes;
    featuresAt.from = holes.start[body.firstFeature]! - this.quotes(body.firstFeature) - lead;
    featuresAt.to = holes.end[body.lastFeature]! + this.quotes(body.lastFeature) + tail;
    return featuresAt;
  }

  tallyOf(values: SegmentValues, key: string): Tally {
    const { body, row } = this;
    if (body !== undefined) {
      const hole = body.segments.get(key);
      const { start, end } = this.forms.scanned.holes;
      return hole === undefined ? values.missing() : values.of(this.bytes, start[hole]!, end[hole]!);
    }
    // A key may have the name of something that every object inherits.
    if (row.segments === undefined || !Object.hasOwn(row.segments, key)) return values.missing();
    const bytes = Buffer.from(row.segments[key]!);
    return values.of(bytes, 0, bytes.length);
  }

  /** Text of a hole. */
  text(hole: number): string {
    const { start, end } = this.forms.scanned.holes;
    return this.bytes.toString('latin1', start[hole], end[hole]);
  }

  private quotes(hole: number): number {
    return this.forms.scanned.holes.kind[hole] === TEXT ? 1 : 0;
  }

  private byPosition(index: number, nowMs: number): Body | undefined {
    const from = this.start[index]!;
    const to = this.end[index]!;
    if (to < from || to - from > eventLimits.valueBytes) return undefined;
    const { forms, row } = this;
    const body = forms.read(from, to);
    if (body === undefined || forms.scanned.timeMs - nowMs > eventLimits.aheadMs) return undefined;
    const { number, hash } = forms.scanned.holes;
    row.timeMs = forms.scanned.timeMs;
    row.project = body.route.project ?? 'default';
    row.model = body.route.model;
    row.version = body.route.version;
    row.endpoint = body.route.endpoint;
    row.deploymentId = body.route.deploymentId;
    row.score = body.score < 0 ? NaN : number[body.score]!;
    row.failed = body.status >= 0 && hash[body.status] === ERROR_HASH;
    row.latencyMs = body.latency < 0 ? NaN : number[body.latency]!;
    row.dropped = body.dropped < 0 ? undefined : number[body.dropped]!;
    return body;
  }

  scalar(hole: number): FeatureValue {
    const { kind: kinds, number } = this.forms.scanned.holes;
    const kind = kinds[hole]!;
    switch (kind) {
      case NUMBER:
        return number[hole]!;
      case TEXT:
        return this.text(hole);
      case NULL:
        return null;
      default:
        return kind === TRUE;
    }
  }
}

function at(place: Place, bytes: Uint8Array, { start, end }: Holes, hole: number): Place {
  place.bytes = bytes;
  place.from = start[hole]!;
  place.to = end[hole]!;
  return place;
}
