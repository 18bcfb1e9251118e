import type { Logger } from '@drawbridge/telemetry';
import type { Consumer, EachBatchPayload, Kafka as KafkaClient } from 'kafkajs';
import { ConsumerSession } from './consumer-session.js';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions, TopicPartition } from './event-log.js';
import { untilDone } from './in-place.js';
import { type Marks, marksOf, Places } from './marks.js';
import type { Names } from './names.js';
import { Rebalances } from './rebalances.js';
import { KafkajsRecordBatch } from './record-batch.js';

const maxBytesPerPartition = 2 * 1024 * 1024;

/**
 * Batch by batch, without commits: the handler's database holds the position. No batch is handed out before `onAssign`
 * of its generation is done, and none that was fetched before a seek.
 */
export class BatchConsumer {
  private readonly session: ConsumerSession;
  private readonly everyMs: number;
  private readonly rebalances: Rebalances;
  private readonly places = new Places();
  /** Ends when all marks so far were handled: what lies behind them waits. */
  private marked: Promise<void> = Promise.resolve();
  private generation = 0;

  constructor(
    client: KafkaClient,
    private readonly names: Names,
    private readonly log: Logger,
    sessionTimeoutMs: number,
    private readonly options: ConsumeBatchesOptions,
  ) {
    this.everyMs = Math.max(100, sessionTimeoutMs / 4);
    this.rebalances = new Rebalances(names, log, options, (topic, partition, offset) => this.seek(topic, partition, offset));
    this.session = new ConsumerSession({
      client,
      log,
      group: names.group(options.group),
      topics: options.topics.map((topic) => names.topic(topic)),
      fromBeginning: options.fromBeginning ?? true,
      sessionTimeoutMs,
      maxBytesPerPartition,
      onAssigned: (_consumer, assigned, previous) => this.rebalanced(assigned, previous),
      onLost: (previous) => this.rebalanced([], previous),
      runConfig: (consumer) => {
        this.listen(consumer);
        return {
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: options.partitionsConcurrently ?? 1,
          eachBatch: (payload) => this.each(payload),
        };
      },
    });
  }

  async start(): Promise<BatchConsumption> {
    const { session, names } = this;
    await session.start();
    return {
      health: () => session.health(),
      stop: async () => {
        await session.stop();
        await this.rebalances.settled;
      },
      pause: () => session.pause(),
      resume: () => session.resume(),
      seek: (topic, partition, offset) => this.seek(names.topic(topic), partition, offset),
    };
  }

  private seek(topic: string, partition: number, offset: bigint): void {
    this.places.set(topic, partition, offset);
    this.session.seek(topic, partition, offset);
  }

  private rebalanced(assigned: readonly TopicPartition[], previous: readonly TopicPartition[]): void {
    this.generation += 1;
    this.places.clear();
    this.rebalances.announce(assigned, previous);
  }

  /** kafkajs hands out no batch of marks alone; without one the position before them would lag for ever. */
  private listen(consumer: Consumer): void {
    consumer.on(consumer.events.END_BATCH_PROCESS, (event) => {
      const marks = marksOf(event);
      if (marks === undefined) return;
      const { generation } = this;
      this.marked = this.marked
        .then(() => this.pass(marks, generation))
        .catch((error: unknown) => this.log.debug('marks were left to who reads on', { topic: marks.topic, error }));
    });
  }

  private async pass(marks: Marks, generation: number): Promise<void> {
    const { topic, partition, first, last, highWatermark } = marks;
    await this.rebalances.settled;
    const isOver = (): boolean => generation !== this.generation || this.session.stopped;
    if (isOver()) return;
    const again = this.places.doubt(marks);
    if (again !== undefined) {
      this.seek(topic, partition, again);
      return;
    }
    this.places.set(topic, partition, last + 1n);
    const fetched = { messages: [], highWatermark, firstOffset: () => String(first), lastOffset: () => String(last) };
    const batch = new KafkajsRecordBatch(this.names.contract(topic), partition, fetched);
    const control = this.control(
      topic,
      async () => undefined,
      () => !isOver(),
    );
    const what = { topic: batch.topic, partition, offset: String(first) };
    await untilDone(
      this.session,
      this.log,
      what,
      async () => undefined,
      this.everyMs,
      async () => {
        if (!isOver()) await this.options.handle(batch, control);
      },
    );
  }

  private async each(payload: EachBatchPayload): Promise<void> {
    await this.rebalances.settled;
    if (payload.isStale() || !payload.isRunning() || this.session.stopped) return;
    const { topic, partition } = payload.batch;
    const batch = new KafkajsRecordBatch(this.names.contract(topic), partition, payload.batch);
    const what = { topic: batch.topic, partition, offset: batch.firstOffset.toString() };
    const control = this.control(
      topic,
      () => payload.heartbeat(),
      () => payload.isRunning() && !this.session.stopped,
    );
    await untilDone(
      this.session,
      this.log,
      what,
      () => payload.heartbeat(),
      this.everyMs,
      async () => {
        await this.marked;
        // After a seek the same batch is not repeated: reading goes on elsewhere.
        if (!payload.isStale()) await this.options.handle(batch, control);
      },
    );
    const last = payload.batch.messages.at(-1);
    if (last === undefined || payload.isStale()) return;
    payload.resolveOffset(last.offset);
    this.places.set(topic, partition, batch.nextOffset);
  }

  private control(topic: string, heartbeat: () => Promise<void>, isRunning: () => boolean): BatchControl {
    const { session, log } = this;
    return {
      heartbeat: async () => {
        session.touch();
        // A rebalance shows itself again right after the batch, where kafkajs can act on it.
        await heartbeat().catch((error: unknown) => log.debug('heartbeat failed', { topic, error }));
      },
      seek: (partition, offset) => this.seek(topic, partition, offset),
      commit: async (partition, next) => {
        try {
          await session.commit(topic, partition, next);
          return true;
        } catch (error) {
          log.debug('committing to kafka failed', { topic, partition, error });
          return false;
        }
      },
      isRunning,
    };
  }
}
