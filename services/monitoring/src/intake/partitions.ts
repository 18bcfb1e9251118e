import type { ConsumerGroup } from '@drawbridge/contracts';
import type { RecordBatch, TopicPartition } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { DeadLetterStore } from '../persistence/dead-letter.store.js';
import { type PositionStore, TopicReplaced } from '../persistence/position.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import { intakeMetrics } from './intake.metrics.js';
import { RecentIds } from './recent-ids.js';
import type { IntakeFlush } from './intake.flush.js';
import { Isolation, refusalOf } from './isolation.js';
import { PartitionState } from './partition-state.js';
import type { CommitStrategy } from './position.js';
import type { Setbacks } from './setbacks.js';

/** Where reading begins so that the rows before a position are known again. */
export interface Begin {
  readonly next: bigint;
  /** Number of the first row at the position. */
  readonly row: number;
  /** Number of the first row of each record before it that was counted, by offset. */
  readonly firstRows: ReadonlyMap<number, number>;
}

/** Of rows that wait to be stored: it is what copying gives back and takes again without asking for memory. */
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

/** Of dead letters that wait to be stored: a stranger may send any number of large records. */
const MOST_DEAD_BYTES = 8 * 1024 * 1024;

const NO_ROWS: ReadonlyMap<number, number> = new Map();

export interface PartitionsOptions {
  readonly topic: string;
  readonly group: ConsumerGroup;
  /** Lane of its partition 0; default 0. */
  readonly firstLane?: number;
  readonly strategy: CommitStrategy;
  /** Ids of this many records back are known as repeats. */
  readonly dedupeRecords: number;
  /** Where one record holds many rows: where reading must begin so that as many rows before a position are known again. */
  readonly rowsBefore?: (partition: number, position: bigint) => Promise<Begin>;
  readonly flushRecords: number;
  readonly flushMs: number;
  /** How often Kafka's own commit follows. */
  readonly commitMs: number;
  /** For spans of time; unlike a wall clock it never jumps. */
  readonly elapsed: () => number;
  readonly log: Logger;
  readonly setbacks: Setbacks;
  /** Called after a flush that may have completed a window. */
  readonly passed: () => void;
  /** The topic is not the one that was read before: reading must stop until a person decides. */
  readonly replaced: (error: TopicReplaced) => void;
}

/** The partitions this process reads: brings each to its stored position, flushes when due, forgets what it lost. */
export class Partitions {
  private readonly states = new Map<number, PartitionState>();
  private topicId = '';
  private assigned = new Set<number>();
  private stopping = false;

  constructor(
    private readonly positions: PositionStore,
    private readonly watermarks: WatermarkStore,
    private readonly deadLetters: DeadLetterStore,
    private readonly flushing: IntakeFlush,
    private readonly options: PartitionsOptions,
  ) {}

  /** From now on nobody waits for anything but the database: what is in memory is to be flushed. */
  hurry(): void {
    this.stopping = true;
  }

  /** May work on this partition go on? Not when it is somebody else's, nor when the process is to stop. */
  isRunning(state: PartitionState): boolean {
    return !this.stopping && state.control?.isRunning() === true;
  }

  /** Must be called once before the first batch. */
  identify(topicId: string): void {
    this.topicId = topicId;
  }

  /** Tells at once, not with the first batch, when a partition was read from another topic of this name. */
  async check(partition: number): Promise<void> {
    try {
      await this.positions.load(this.options.topic, this.topicId, partition);
    } catch (error) {
      if (!(error instanceof TopicReplaced)) throw error;
      this.options.replaced(error);
    }
  }

  all(): readonly PartitionState[] {
    return [...this.states.values()].filter(({ partition }) => this.assigned.has(partition));
  }

  state(partition: number): PartitionState {
    let state = this.states.get(partition);
    if (state === undefined) {
      const { dedupeRecords, flushRecords, firstLane = 0 } = this.options;
      state = new PartitionState(partition, new RecentIds(dedupeRecords), new Isolation(flushRecords), firstLane + partition);
      this.states.set(partition, state);
    }
    return state;
  }

  assign(partitions: readonly TopicPartition[]): void {
    this.assigned = new Set(partitions.map(({ partition }) => partition));
    for (const partition of this.assigned) {
      const state = this.state(partition);
      this.forget(state);
      state.lastBatchMs = this.options.elapsed();
    }
  }

  /** What a lost partition had not flushed is somebody else's to count. */
  async revoke(partitions: readonly TopicPartition[]): Promise<void> {
    for (const { partition } of partitions) {
      this.assigned.delete(partition);
      const state = this.state(partition);
      await state.exclusively(() => {
        if (state.pending > 0) this.logUnflushed(state, 'discarded, partition lost');
        this.forget(state);
        return Promise.resolve();
      });
    }
  }

  /** Reads position and watermarks, and steps back far enough to know the repeats again. */
  async align(state: PartitionState, batch: RecordBatch): Promise<void> {
    const { topic, group, strategy } = this.options;
    state.discard();
    // Also when the listener of the rebalance could not: a partition that nobody knows of would hold no window open.
    await this.watermarks.addLanes([state.lane]);
    const stored = strategy === 'swap' ? await this.storedPosition(state) : await this.kafkaPosition(state, batch);
    if (stored > batch.highWatermark) {
      this.options.log.error('the topic ends before the stored position: records were lost or it was cut', {
        topic,
        partition: state.partition,
        stored: String(stored),
        end: String(batch.highWatermark),
      });
    }
    for (const [monitorId, ms] of await this.watermarks.ofLane(state.lane)) state.watermarks.set(monitorId, { ms });
    state.stored = stored;
    const begin = await this.options.rowsBefore?.(state.partition, stored);
    state.next = begin?.next ?? this.beforeRepeats(stored);
    state.row = begin?.row ?? 0;
    state.firstRows = begin?.firstRows ?? NO_ROWS;
    state.deadOffsets = await this.deadLetters.offsets(group, topic, state.partition, state.next, stored);
    state.aligned = true;
    this.options.log.info('partition aligned', { topic, partition: state.partition, position: String(stored) });
  }

  due(state: PartitionState): boolean {
    // Only marks of transactions lay there: nothing to count, but the position must not stay behind them.
    if (state.pending === 0) return state.next > state.stored && this.options.elapsed() - state.lastBatchMs >= this.options.flushMs;
    const enough = Math.min(this.options.flushRecords, state.isolation.limit);
    if (state.pending >= enough || state.kept.encoded.size >= MOST_KEPT_BYTES || state.dead.bytes >= MOST_DEAD_BYTES) return true;
    return this.options.elapsed() - state.firstPendingMs >= this.options.flushMs;
  }

  /** Writes what is pending. What could not be written is discarded and read again, in smaller parts when a record may be at fault. Never rejects. */
  async flush(state: PartitionState): Promise<void> {
    if (!state.aligned || state.next <= state.stored) return;
    const { topic, log, setbacks } = this.options;
    const { partition, pending, firstPendingOffset } = state;
    const records = state.records === 0 ? pending : state.records;
    try {
      const result = await this.flushing.run(state, this.topicId);
      if (result !== 'refused') {
        state.isolation.passed(Number(state.stored));
        setbacks.over(state.partition);
        if (result === 'passed') this.options.passed();
        return;
      }
      intakeMetrics.flushFailures.inc({ topic, cause: 'position moved' });
      this.logUnflushed(state, 'discarded, another process moved the position');
    } catch (error) {
      const isolating = state.isolation.failed(records, firstPendingOffset, error);
      intakeMetrics.flushFailures.inc({ topic, cause: isolating ? 'record' : 'database' });
      log.warn('a flush failed, its records are read again', { topic, partition, records, error });
      if (isolating && records === 1) log.error('a record is refused', { topic, partition, offset: firstPendingOffset, error });
      if (!isolating) setbacks.add(partition, error);
    }
    this.readAgain(state);
  }

  /** Something was thrown while the record at hand was counted: the counts of its flush are worth nothing. */
  stumbled(state: PartitionState, error: unknown): void {
    const { topic, log, setbacks } = this.options;
    const { partition, offset } = state;
    const reason = refusalOf(error);
    if (reason === undefined || !state.isolation.condemn(offset, reason)) setbacks.add(partition, error);
    else log.error('a record is refused', { topic, partition, offset, error });
    this.readAgain(state);
  }

  /** Waits before the next attempt, longer each time. */
  async rest(state: PartitionState): Promise<void> {
    const step = 100;
    for (let left = this.options.setbacks.pauseMs(state.partition); left > 0 && this.isRunning(state); left -= step) {
      await new Promise((resolve) => setTimeout(resolve, step));
    }
  }

  /** Throws away what is not stored. */
  readAgain(state: PartitionState): void {
    // A hint: the next batch aligns, and asks again where it must.
    const from = this.options.rowsBefore === undefined ? this.beforeRepeats(state.stored) : state.stored;
    state.discard();
    state.control?.seek(state.partition, from);
  }

  private forget(state: PartitionState): void {
    state.discard();
    state.assignments += 1;
    // What was told to a consumer that is gone may never have arrived.
    state.committed = -1n;
    state.isolation.clear();
    this.options.setbacks.over(state.partition);
  }

  /** Flushes what waited long enough. A partition whose batch is being read is left to that, which may take its time. */
  async flushDue(): Promise<void> {
    for (const state of this.all()) {
      if (!state.busy && this.due(state)) await state.exclusively(() => (this.due(state) ? this.flush(state) : Promise.resolve()));
    }
  }

  /** Lets Kafka's own commit follow. Kept apart from the flushes, which need no Kafka. */
  async follow(): Promise<void> {
    await Promise.all(this.all().map((state) => this.commit(state, this.options.commitMs)));
  }

  /** Flushes everything, for a clean stop. */
  async drain(): Promise<void> {
    for (const state of this.all()) await state.exclusively(() => this.flush(state));
    await Promise.all(this.all().map((state) => this.commit(state, 0)));
  }

  private async commit(state: PartitionState, everyMs: number): Promise<void> {
    const now = this.options.elapsed();
    const { control, stored, assignments } = state;
    if (!state.aligned || control === undefined || state.committed === stored) return;
    if (now - state.committedAtMs < everyMs) return;
    state.committedAtMs = now;
    // One that failed is made again: whether a partition is read to its end is asked of Kafka, and nothing else may come.
    if ((await control.commit(state.partition, stored)) && state.assignments === assignments) state.committed = stored;
  }

  private async storedPosition(state: PartitionState): Promise<bigint> {
    const { topic } = this.options;
    try {
      const stored = await this.positions.load(topic, this.topicId, state.partition);
      if (stored !== undefined) return stored;
    } catch (error) {
      if (error instanceof TopicReplaced) this.options.replaced(error);
      throw error;
    }
    await this.positions.begin(topic, this.topicId, state.partition, 0n);
    state.fresh = true;
    return 0n;
  }

  /** For the failing control: Kafka decides where reading goes on, which the first batch shows. */
  private async kafkaPosition(state: PartitionState, batch: RecordBatch): Promise<bigint> {
    await this.positions.begin(this.options.topic, this.topicId, state.partition, 0n);
    return state.committed >= 0n ? state.committed : batch.firstOffset;
  }

  /** Where reading must begin so that the repeats of a position are known again. */
  private beforeRepeats(position: bigint): bigint {
    const back = BigInt(this.options.dedupeRecords);
    return position > back ? position - back : 0n;
  }

  private logUnflushed(state: PartitionState, why: string): void {
    this.options.log.warn('unflushed records', { topic: this.options.topic, partition: state.partition, records: state.pending, why });
  }
}
