import { DAY_MS, dayStart, wholeWeekShift } from './calendar.js';
import { FlightDays, shuffleSlightly } from './flight-days.js';
import { FlightFile, pick, type Flights, type Population } from './flights.js';
import { InferClient, type InferAnswer, type InferOptions, type InferRequest } from './infer.js';
import { LabelSchedule, type DueLabel, type LabelOptions } from './labels.js';
import { Ledger } from './ledger.js';
import { labelText, latencyOf, newTraceparent, predictionWriter, type PredictionRow } from './messages.js';
import { buildFeatures, type FeatureBatch, type Pipeline } from './pipeline.js';
import { unit } from './random.js';
import { Splitter, type Target } from './routing.js';
import { Scorer, type Scores } from './score.js';
import { Sender } from './sender.js';

export interface ReplayOptions {
  readonly brokers: readonly string[];
  /** Put before every topic name on a shared cluster. Default none. */
  readonly topicPrefix?: string;
  readonly project?: string;
  readonly model?: string;
  readonly endpoint?: string;
  /** What answers for each version, and how its client builds features. */
  readonly models: Readonly<Record<string, { readonly onnx: string; readonly pipeline: Pipeline }>>;
  /** Milliseconds added to every date of the data. Default: whole weeks, so that everything lies before now. */
  readonly shiftMs?: number;
  /** Put before the flight's row number to make its predictionId. Default `flight-`. Letters, digits and dashes only. */
  readonly idPrefix?: string;
  readonly labels?: LabelOptions;
  /** A share of the flights asks the model server instead of being logged by this producer. */
  readonly infer?: InferOptions & { readonly share: number };
  readonly batchSize?: number;
  readonly maxInFlight?: number;
  /** One in this many predictions carries a traceparent header. Default 200; 0 for none. */
  readonly traceEvery?: number;
  /** Folder with the two files of vega-datasets. */
  readonly data?: string;
}

export interface DayReport {
  readonly day: string;
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly sent: number;
  readonly labels: number;
  readonly byVersion: Readonly<Record<string, number>>;
  /** Answers of the model server, each with the trace id its request carried. */
  readonly inferred: readonly InferAnswer[];
  readonly tookMs: number;
}

const ROWS_PER_SCORING = 4000;
const SECOND_SALT = 8;
const INFER_SALT = 9;
const TRACE_SALT = 10;

/**
 * Plays the flights of 2001 as an outsider would: it knows the two topics, their JSON and the routing it is told, and
 * nothing else of the platform. Which flights go where, their features, labels and times are the same on every run.
 */
export class Replay {
  readonly ledger = new Ledger();
  readonly shiftMs: number;
  private readonly project: string;
  private readonly model: string;
  private readonly idPrefix: string;
  private readonly labels: LabelSchedule;
  private readonly infer: InferClient | undefined;

  private constructor(
    private readonly options: ReplayOptions,
    private readonly days: FlightDays,
    private readonly scorers: ReadonlyMap<string, Scorer>,
    private readonly sender: Sender,
  ) {
    this.shiftMs = options.shiftMs ?? wholeWeekShift(Date.now());
    this.project = options.project ?? 'default';
    this.model = options.model ?? 'flights';
    this.idPrefix = options.idPrefix ?? 'flight-';
    if (!/^[A-Za-z0-9-]*$/.test(this.idPrefix)) throw new RangeError('idPrefix: letters, digits and dashes only');
    this.labels = new LabelSchedule(options.labels);
    this.infer = options.infer && new InferClient(options.infer);
  }

  static async open(options: ReplayOptions): Promise<Replay> {
    const scorers = new Map<string, Scorer>();
    for (const [version, { onnx }] of Object.entries(options.models)) scorers.set(version, await Scorer.load(onnx));
    const sender = new Sender({ ...options, clientId: 'flights-replay' });
    const replay = new Replay(options, new FlightDays(await FlightFile.open(options.data)), scorers, sender);
    await sender.connect();
    return replay;
  }

  get pendingLabels(): number {
    return this.labels.pending;
  }

  /** The daily window that a day of the data falls into. */
  window(day: string): { start: string; end: string } {
    const start = dayStart(day) + this.shiftMs;
    return { start: new Date(start).toISOString(), end: new Date(start + DAY_MS).toISOString() };
  }

  predictionId(row: number): string {
    return `${this.idPrefix}${row}`;
  }

  /** Plays one day under one routing and returns when the broker has acknowledged everything. */
  async day(day: string, targets: readonly Target[], population: Population = 'eastern'): Promise<DayReport> {
    const started = performance.now();
    const flights = shuffleSlightly(await this.days.read(day, population));
    const window = this.window(day);
    const arms = this.split(flights, new Splitter(targets));
    this.labels.plan(flights);
    const due = this.labels.take(dayStart(day) + DAY_MS);

    const asked = this.askServer(arms, day, window.start);
    // The failure of a request is thrown below, once; until then the bulk goes on.
    asked.catch(() => undefined);
    const { sent, labels } = await this.sendDay(flights, arms, due, day, window.start);
    const inferred = await asked;
    await this.sender.flush();
    return {
      day,
      windowStart: window.start,
      windowEnd: window.end,
      sent: sent + inferred.length,
      labels,
      byVersion: Object.fromEntries(this.ledger.list({ day }).map((row) => [row.version, row.total])),
      inferred,
      tookMs: Math.round(performance.now() - started),
    };
  }

  /** Sends every label due up to the end of this day, without predictions. Returns how many. */
  async labelsUntil(day: string): Promise<number> {
    const due = this.labels.take(dayStart(day) + DAY_MS);
    for (const label of due) await this.sendLabel(label);
    await this.sender.flush();
    return due.length;
  }

  async close(): Promise<void> {
    await this.sender.close();
    for (const scorer of this.scorers.values()) await scorer.close();
  }

  /** Per version the positions of its flights, those for the model server apart. */
  private split(flights: Flights, splitter: Splitter): Arm[] {
    const share = this.options.infer?.share ?? 0;
    const arms = new Map<string, { target: Target; log: number[]; ask: number[] }>();
    for (let i = 0; i < flights.length; i += 1) {
      const row = flights.row[i]!;
      const target = splitter.of(row);
      let arm = arms.get(target.version);
      if (arm === undefined) arms.set(target.version, (arm = { target, log: [], ask: [] }));
      (unit(row, INFER_SALT) < share ? arm.ask : arm.log).push(i);
    }
    return [...arms.values()].map(({ target, log, ask }) => ({
      target,
      positions: log,
      asked: buildFeatures(pick(flights, ask), this.modelOf(target.version).pipeline),
      askedFlights: pick(flights, ask),
    }));
  }

  private async askServer(arms: readonly Arm[], day: string, windowStart: string): Promise<InferAnswer[]> {
    if (this.infer === undefined) return [];
    const requests: InferRequest[] = [];
    const others: InferRequest[] = [];
    // In the middle of a day a candidate can be taken back or promoted: then the other version answers, with features built for it.
    for (const { target, asked, askedFlights } of arms) {
      const other = arms.find((arm) => arm.target.version !== target.version)?.target ?? target;
      const forOther = buildFeatures(askedFlights, this.modelOf(other.version).pipeline);
      for (let i = 0; i < asked.length; i += 1) {
        const common = { predictionId: this.predictionId(askedFlights.row[i]!), time: this.eventTime(askedFlights, i) };
        requests.push({ ...common, version: target.version, features: featuresAt(asked, i) });
        others.push({ ...common, version: other.version, features: featuresAt(forOther, i) });
      }
    }
    const answers = await this.infer.send(requests, (index) => others[index]!);
    const variants = new Map(arms.map(({ target }) => [target.version, target.variant]));
    for (const { version } of answers) this.ledger.add(day, windowStart, version, variants.get(version), 'inferred');
    return answers;
  }

  /** The bulk: pieces of the day in turn, each followed by the labels that became known meanwhile. */
  private async sendDay(
    flights: Flights,
    arms: readonly Arm[],
    due: readonly DueLabel[],
    day: string,
    windowStart: string,
  ): Promise<{ sent: number; labels: number }> {
    const cursors = arms.map(() => 0);
    let nextLabel = 0;
    let sent = 0;
    for (let from = 0; from < flights.length; from += ROWS_PER_SCORING) {
      const to = Math.min(flights.length, from + ROWS_PER_SCORING);
      for (const [index, arm] of arms.entries()) {
        const begin = cursors[index]!;
        let end = begin;
        while (end < arm.positions.length && arm.positions[end]! < to) end += 1;
        cursors[index] = end;
        sent += await this.sendPiece(arm.target, pick(flights, arm.positions.slice(begin, end)));
      }
      const reached = to === flights.length ? Number.POSITIVE_INFINITY : flights.time[to - 1]!;
      for (; nextLabel < due.length && due[nextLabel]!.time <= reached; nextLabel += 1) await this.sendLabel(due[nextLabel]!);
    }
    for (const { target, positions } of arms) {
      for (let i = 0; i < positions.length; i += 1) this.ledger.add(day, windowStart, target.version, target.variant, 'logged');
    }
    return { sent, labels: nextLabel };
  }

  private async sendPiece(target: Target, flights: Flights): Promise<number> {
    const { pipeline } = this.modelOf(target.version);
    const features = buildFeatures(flights, pipeline);
    const scores = await this.scorers.get(target.version)!.score(features);
    const write = predictionWriter({
      project: this.project,
      model: this.model,
      version: target.version,
      ...(this.options.endpoint && { endpoint: this.options.endpoint }),
      ...(target.variant && { variant: target.variant }),
    });
    const topic = `${this.options.topicPrefix ?? ''}prediction.logged`;
    const traceEvery = this.options.traceEvery ?? 200;
    for (let i = 0; i < flights.length; i += 1) {
      const row = flights.row[i]!;
      const key = this.predictionId(row);
      const value = write(this.predictionRow(key, flights, features, scores, i));
      const traced = traceEvery > 0 && unit(row, TRACE_SALT) < 1 / traceEvery;
      const message = traced ? { key, value, headers: { traceparent: newTraceparent().traceparent } } : { key, value };
      const full = this.sender.add(topic, message);
      if (full) await full;
    }
    return flights.length;
  }

  private predictionRow(predictionId: string, flights: Flights, features: FeatureBatch, scores: Scores, i: number): PredictionRow {
    return {
      predictionId,
      time: this.eventTime(flights, i),
      ...featuresAt(features, i),
      probability: Math.round(scores.probability[i]! * 1e6) / 1e6,
      label: scores.label[i]!,
      latencyMs: latencyOf(flights.row[i]!),
    };
  }

  private async sendLabel({ row, value, time, revision }: DueLabel): Promise<void> {
    const key = this.predictionId(row);
    const text = labelText(this.project, key, value, time + this.shiftMs, revision);
    const full = this.sender.add(`${this.options.topicPrefix ?? ''}label.received`, { key, value: text });
    if (full) await full;
  }

  /** The data knows the minute; the second within it is made up, the same on every run. */
  private eventTime(flights: Flights, i: number): number {
    return Math.floor(flights.time[i]! + unit(flights.row[i]!, SECOND_SALT) * 60_000) + this.shiftMs;
  }

  private modelOf(version: string): { onnx: string; pipeline: Pipeline } {
    const model = this.options.models[version];
    if (model === undefined) throw new RangeError(`traffic goes to version ${version}, which this client does not know`);
    return model;
  }
}

interface Arm {
  readonly target: Target;
  /** Positions in the day of the flights that the producer logs, ascending. */
  readonly positions: readonly number[];
  readonly asked: FeatureBatch;
  readonly askedFlights: Flights;
}

function featuresAt(features: FeatureBatch, i: number): InferRequest['features'] {
  return {
    distance: features.distance[i]!,
    hour: features.hour[i]!,
    weekday: features.weekday[i]!,
    origin: features.origin[i]!,
    destination: features.destination[i]!,
  };
}
