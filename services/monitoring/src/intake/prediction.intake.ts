import type { BatchControl, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { RoutingSource } from '../persistence/monitor.directory.js';
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
    private readonly now: () => number,
    log: Logger,
  ) {
    this.counter = new RowCounter(this.reader, routing);
    this.reading = new TopicReading(partitions, routing, unknown, now, log);
  }

  handle(batch: RecordBatch, control: BatchControl): Promise<void> {
    const state = this.partitions.state(batch.partition);
    return state.exclusively(() => this.consume(state, batch, control));
  }

  private async consume(state: PartitionState, batch: RecordBatch, control: BatchControl): Promise<void> {
    let index = await this.reading.begin(state, batch, control);
    if (index === undefined) return;
    while (index < batch.count) {
      index = this.read(state, batch, index);
      if (index < batch.count) await this.reading.waitForMonitor(state, this.reader.row, control);
    }
    await this.reading.end(state, batch);
  }

  /** Reads records until the end, or to the first whose monitor may still appear. No await, no allocation by design. */
  private read(state: PartitionState, batch: RecordBatch, from: number): number {
    const now = this.now();
    const stored = Number(state.stored);
    const { offsets } = batch;
    const { reader, counter, routing } = this;
    reader.use(batch);
    for (let i = from; i < batch.count; i += 1) {
      const offset = offsets[i]!;
      if (offset < stored) {
        // Counted before a restart: only its id matters.
        const key = reader.readKey(i);
        if (key !== undefined) state.recent.seen(key, offset);
        continue;
      }
      if (state.pending === 0) state.firstPendingMs = now;
      const found = this.decode(batch, i, now);
      if (found !== undefined) {
        counter.refuse(state, found, batch.message(i));
      } else {
        const target = reader.route(routing.table());
        if (target === undefined && this.reading.mayAppear(reader.row)) return i;
        counter.take(state, target, offset, batch.header(i, 'traceparent'));
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
      return new Reject('unreadable', '(value)', error instanceof Error ? error.message : 'unknown');
    }
  }
}
