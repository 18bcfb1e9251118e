import type { BatchControl, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { RoutingSource } from '../persistence/monitor.directory.js';
import type { Clock } from './clock.js';
import type { PartitionState } from './partition-state.js';
import type { Partitions } from './partitions.js';
import { PredictionReader } from './prediction.reader.js';
import { Reject } from './reject.js';
import { RowCounter } from './row-counter.js';
import { TopicReading } from './topic-reading.js';
import type { UnknownVersions } from './unknown-versions.js';

/** Reads predictions batch by batch. Between two flushes all state is in memory and may be thrown away. */
export class PredictionIntake {
  private readonly reader = new PredictionReader();
  private readonly counter: RowCounter;
  private readonly reading: TopicReading;

  constructor(
    private readonly partitions: Partitions,
    private readonly routing: RoutingSource,
    unknown: UnknownVersions,
    private readonly clock: Clock,
    log: Logger,
  ) {
    this.counter = new RowCounter(this.reader, routing);
    this.reading = new TopicReading(partitions, routing, unknown, () => clock.elapsed(), log);
  }

  handle(batch: RecordBatch, control: BatchControl): Promise<void> {
    const state = this.partitions.state(batch.partition);
    return state.exclusively(() => this.consume(state, batch, control));
  }

  private async consume(state: PartitionState, batch: RecordBatch, control: BatchControl): Promise<void> {
    const read = { records: (from: number) => this.read(state, batch, from), row: this.reader.row };
    let index = await this.reading.begin(state, batch, control);
    while (index !== undefined && index < batch.count) index = await this.reading.readOn(state, batch, index, read);
    if (index !== undefined) await this.reading.end(state, batch);
  }

  /** Reads records until the end, the bound of a flush, or the first whose monitor may still appear. No await. */
  private read(state: PartitionState, batch: RecordBatch, from: number): number {
    const index = this.readOn(state, batch, from);
    this.reader.settle();
    return index;
  }

  /** No allocation by design. */
  private readOn(state: PartitionState, batch: RecordBatch, from: number): number {
    const now = this.clock.now();
    const stored = Number(state.stored);
    const { offsets } = batch;
    const { reader, counter, routing } = this;
    const { deadOffsets } = state;
    const { limit, condemned } = state.isolation;
    const searching = condemned.size > 0;
    reader.use(batch);
    for (let i = from; i < batch.count; i += 1) {
      const offset = offsets[i]!;
      if (offset < stored) {
        // Counted before a restart: only its id matters.
        if (!deadOffsets.has(offset)) this.remember(state, i, offset);
        continue;
      }
      if (state.pending >= limit) return i;
      state.offset = offset;
      if (state.pending === 0) {
        state.firstPendingMs = this.clock.elapsed();
        state.firstPendingOffset = offset;
      }
      const found = this.decode(batch, i, now) ?? (searching ? condemned.get(offset) : undefined);
      if (found !== undefined) {
        counter.refuse(state, found, batch.message(i));
      } else {
        const target = reader.route(routing.table());
        if (target === undefined && this.reading.mayAppear(reader.row)) return i;
        counter.take(state, target, offset);
      }
      state.pending += 1;
    }
    return batch.count;
  }

  /** Whatever a record holds, it must not stop the ones behind it. */
  private decode(batch: RecordBatch, index: number, now: number): Reject | undefined {
    const broken = batch.unreadable(index);
    if (broken !== undefined) return new Reject('unreadable', '(value)', broken);
    try {
      return this.reader.read(index, now);
    } catch (error) {
      return new Reject('handler-error', '(value)', error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
    }
  }

  private remember(state: PartitionState, index: number, offset: number): void {
    try {
      this.reader.remember(index, state.recent, offset);
    } catch {
      // It was refused then as well, so its id was never counted.
    }
  }
}
