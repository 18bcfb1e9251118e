import { batchLimits, eventLimits } from '@drawbridge/contracts';
import type { FeatureLayout, WindowCounts } from '@drawbridge/drift';
import type { RoutingTable, Target } from '../../domain/routing.js';
import type { SegmentValues } from '../../domain/segment-values.js';
import type { Tally } from '../../domain/tally.js';
import { countParsed } from '../count-row.js';
import { parseEventTime } from '../event-time.js';
import { PredictionCodec, type PredictionRow, type Segments, storedClassOf } from '../prediction.codec.js';
import type { RecentIds } from '../recent-ids.js';
import { checkText, Reject } from '../reject.js';
import type { RowSource } from '../row-source.js';
import { isFlawed, isPlain, numberOf, textOf } from './cells.js';
import { constantsOf } from './constants.js';
import { countColumns, type CountingPlan, planOf } from './count-columns.js';
import { framesOf } from './frames.js';
import type { ArrowLibrary } from './library.js';
import { objectJson, rowJson } from './row-json.js';
import { Sheet } from './sheet.js';

const FIRST_YEAR = Date.UTC(1000, 0);
const LAST_YEAR = Date.UTC(9999, 11);

/**
 * Reads the rows of one message after another. A row in which nothing is unusual is read from its columns; any other is
 * written as JSON for the reference decoder of `prediction.logged`, whose verdict counts: so a row means the same, by
 * whatever topic it comes.
 */
export class ArrowReader implements RowSource {
  readonly row: PredictionRow;
  private readonly codec = new PredictionCodec();
  private sheets: readonly Sheet[] = [];
  private sheet: Sheet | undefined;
  /** Number of the first row of the sheet in use, within the message. */
  private base = 0;
  private constantMs = NaN;
  private parent: string | undefined;
  private at = 0;
  private byReference = false;
  private plan: CountingPlan | undefined;
  private routed: { readonly table: RoutingTable; readonly row: PredictionRow; readonly target: Target | undefined } | undefined;

  constructor(private readonly library: ArrowLibrary) {
    this.row = this.codec.row;
  }

  get routable(): boolean {
    return this.sheet !== undefined && (!this.byReference || this.codec.routable);
  }

  /** Takes up a message with the trace of its producer: how many rows it has, or why nothing of it can be read. */
  open(value: Buffer | null, traceparent?: string): number | Reject {
    this.close();
    this.parent = traceparent;
    const frames = framesOf(value);
    if (frames instanceof Reject) return frames;
    const sheets = this.sheetsOf(frames.bytes);
    if (sheets instanceof Reject) return sheets;
    let rows = 0;
    let written = 0;
    for (const sheet of sheets) {
      rows += sheet.rows;
      written += sheet.writtenBytes;
    }
    if (rows === 0) return new Reject('empty', '(value)', 'the message has no rows');
    if (written > batchLimits.writtenBytes) {
      const sizes = `its rows as JSON may have ${written} bytes, at most ${batchLimits.writtenBytes} are allowed`;
      return new Reject('too-large', '(value)', `${sizes}: send fewer rows per message`);
    }
    this.sheets = sheets;
    return rows;
  }

  /** Nothing is known or held of a message any more: a refusal must not be put down to a row of the one before. */
  close(): void {
    this.sheets = [];
    this.sheet = undefined;
    this.plan = undefined;
  }

  /** Row of the message in use → `row`, or why it can never be counted. */
  read(index: number, nowMs: number): Reject | undefined {
    const sheet = this.sheetAt(index);
    this.at = index - this.base;
    this.byReference = !this.fromColumns(sheet, this.at, nowMs);
    return this.byReference ? this.codec.read(Buffer.from(rowJson(sheet, this.at)), nowMs) : undefined;
  }

  /** Reads a row that was counted before, to know its id again. */
  remember(index: number, recent: RecentIds, number: number): void {
    if (this.read(index, Infinity) === undefined) this.repeats(recent, number);
  }

  id(): string {
    return this.row.predictionId;
  }

  repeats(recent: RecentIds, number: number): boolean {
    return recent.seen(this.row.project, this.row.predictionId, number);
  }

  /** The last row as the JSON of `prediction.logged`. */
  json(): string {
    return rowJson(this.sheet!, this.at);
  }

  /** The prediction id that the row gives itself, whatever is wrong with the rest. */
  givenId(): string | undefined {
    const column = this.sheet?.fields.predictionId;
    return column === undefined || column.isNull(this.at) ? undefined : column.text(this.at);
  }

  storedId(): string {
    return this.row.predictionId;
  }

  storedClass(): string | null {
    return storedClassOf(this.row.outputClass, this.row.outputValue);
  }

  storedFeatures(): string | null {
    if (this.byReference) return this.row.features === undefined ? null : JSON.stringify(this.row.features);
    const { features } = this.sheet!;
    return features.length === 0 ? null : objectJson(features, this.at);
  }

  traceparent(): string | undefined {
    return this.parent;
  }

  tallyOf(values: SegmentValues, key: string): Tally {
    const value = this.byReference ? ownValue(this.row.segments, key) : this.segment(key);
    if (value === undefined) return values.missing();
    const bytes = Buffer.from(value);
    return values.of(bytes, 0, bytes.length);
  }

  /** Rows of one message mostly belong to one model. */
  route(table: RoutingTable): Target | undefined {
    const { row, routed } = this;
    if (
      routed?.table === table &&
      routed.row.version === row.version &&
      routed.row.model === row.model &&
      routed.row.endpoint === row.endpoint &&
      routed.row.deploymentId === row.deploymentId &&
      routed.row.project === row.project
    ) {
      return routed.target;
    }
    const target = table.route(row);
    this.routed = { table, row: { ...row }, target };
    return target;
  }

  count(counts: WindowCounts, layout: FeatureLayout): void {
    if (this.byReference) {
      counts.addRow();
      countParsed(counts, layout, this.row);
      return;
    }
    const sheet = this.sheet!;
    if (this.plan?.layout !== layout || this.plan.sheet !== sheet) this.plan = planOf(sheet, layout);
    countColumns(counts, this.plan, this.row, this.at);
  }

  countNow(counts: WindowCounts, layout: FeatureLayout): void {
    this.count(counts, layout);
  }

  /** Nothing waits: what lies in columns is counted from them. */
  settle(): void {}

  private sheetsOf(bytes: Uint8Array): Sheet[] | Reject {
    const { RecordBatchReader, Vector } = this.library;
    try {
      const reader = RecordBatchReader.from(bytes).open();
      const constants = constantsOf(reader.schema.metadata);
      this.constantMs = constants.time === undefined ? NaN : parseEventTime(constants.time);
      const sheets: Sheet[] = [];
      for (const batch of reader) {
        const sheet = Sheet.of(batch, constants, (data) => new Vector([data]));
        if (sheet instanceof Reject) return sheet;
        if (sheet.rows > 0) sheets.push(sheet);
      }
      return sheets;
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      return new Reject('not-arrow', '(value)', `the value cannot be read as an Arrow IPC stream: ${why.slice(0, 200)}`);
    }
  }

  private sheetAt(index: number): Sheet {
    let { sheet } = this;
    if (sheet === undefined || index < this.base) {
      sheet = this.sheets[0]!;
      this.base = 0;
    }
    while (index >= this.base + sheet.rows) {
      this.base += sheet.rows;
      sheet = this.sheets[this.sheets.indexOf(sheet) + 1]!;
    }
    this.sheet = sheet;
    return sheet;
  }

  /** False when there is anything in the row that only the reference decoder may judge. */
  private fromColumns(sheet: Sheet, at: number, nowMs: number): boolean {
    if (!sheet.fits || !this.identity(sheet, at)) return false;
    const { row } = this;
    const { fields } = sheet;
    const timeMs = this.timeOf(sheet, at);
    if (!(timeMs >= FIRST_YEAR && timeMs < LAST_YEAR) || timeMs - nowMs > eventLimits.aheadMs) return false;
    const status = textOf(fields.status, at);
    if (status !== undefined && status !== 'ok' && status !== 'error') return false;
    const score = numberOf(fields['output.score'], at);
    const latencyMs = numberOf(fields.latencyMs, at);
    const dropped = numberOf(fields.dropped, at);
    if (!isPlain(score) || !isPlain(latencyMs) || !isPlain(dropped)) return false;
    if ((latencyMs ?? 0) < 0 || (dropped ?? 0) < 0 || !Number.isSafeInteger(dropped ?? 0)) return false;
    const outputClass = textOf(fields['output.class'], at);
    if (outputClass !== undefined && outputClass !== row.outputClass && checkText(outputClass, 'output.class') !== undefined) return false;
    const value = fields['output.value'];
    if (value !== undefined && value.kind === 'number' && !value.isNull(at) && !Number.isFinite(value.number(at))) return false;
    for (let i = 0; i < sheet.infinite.length; i += 1) {
      const x = sheet.infinite[i]!.number(at);
      if (x === Infinity || x === -Infinity) return false;
    }
    for (let i = 0; i < sheet.segments.length; i += 1) {
      const value = textOf(sheet.segments[i]!.column, at);
      if (value !== undefined && value !== '' && isFlawed(value)) return false;
    }
    row.timeMs = timeMs;
    row.failed = status === 'error';
    row.features = undefined;
    row.segments = undefined;
    row.score = score ?? NaN;
    row.outputClass = outputClass;
    row.outputValue = value === undefined || value.isNull(at) ? undefined : value.value(at);
    row.latencyMs = latencyMs ?? NaN;
    row.dropped = dropped;
    return true;
  }

  /** Whose row it is. What the row before had was checked then. */
  private identity(sheet: Sheet, at: number): boolean {
    const { row } = this;
    const { fields, constants } = sheet;
    const id = textOf(fields.predictionId, at);
    if (id === undefined || checkText(id, 'predictionId') !== undefined) return false;
    const project = textOf(fields.project, at) ?? constants.project ?? 'default';
    const model = textOf(fields.model, at) ?? constants.model;
    const version = textOf(fields.version, at) ?? constants.version;
    const deploymentId = textOf(fields.deploymentId, at) ?? constants.deploymentId;
    const endpoint = textOf(fields.endpoint, at) ?? constants.endpoint;
    if (deploymentId === undefined && (model === undefined || version === undefined)) return false;
    if (project !== row.project && checkText(project, 'project') !== undefined) return false;
    if (model !== row.model && isFlawed(model)) return false;
    if (version !== row.version && isFlawed(version)) return false;
    if (deploymentId !== row.deploymentId && isFlawed(deploymentId)) return false;
    if (endpoint !== row.endpoint && isFlawed(endpoint)) return false;
    row.predictionId = id;
    row.project = project;
    row.model = model;
    row.version = version;
    row.deploymentId = deploymentId;
    row.endpoint = endpoint;
    return true;
  }

  private segment(key: string): string | undefined {
    const found = this.sheet!.segments.find(({ name }) => name === key);
    return found && textOf(found.column, this.at);
  }

  private timeOf({ fields: { time } }: Sheet, at: number): number {
    if (time === undefined || time.isNull(at)) return this.constantMs;
    return time.kind === 'time' ? time.number(at) : parseEventTime(time.text(at));
  }
}

/** A key may have the name of something that every object inherits. */
function ownValue(segments: Segments | undefined, key: string): string | undefined {
  return segments !== undefined && Object.hasOwn(segments, key) ? segments[key] : undefined;
}
