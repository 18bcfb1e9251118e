import type { Logger } from '@drawbridge/telemetry';
import type { EachBatchPayload, Kafka as KafkaClient } from 'kafkajs';
import { ConsumerSession } from './consumer-session.js';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions, TopicPartition } from './event-log.js';
import { untilDone } from './in-place.js';
import type { Names } from './names.js';
import { KafkajsRecordBatch } from './record-batch.js';

const maxBytesPerPartition = 2 * 1024 * 1024;

/**
 * Batch by batch, without commits: the handler's database holds the position. No batch is handed out before `onAssign`
 * of its generation is done, and none that was fetched before a seek.
 */
export class BatchConsumer {
  private readonly session: ConsumerSession;
  private readonly everyMs: number;
  /** Everything that `onAssign` and `onRevoke` still have to do; batches wait for it. */
  private rebalance: Promise<void> = Promise.resolve();

  constructor(
    client: KafkaClient,
    private readonly names: Names,
    private readonly log: Logger,
    sessionTimeoutMs: number,
    private readonly options: ConsumeBatchesOptions,
  ) {
    this.everyMs = Math.max(100, sessionTimeoutMs / 4);
    this.session = new ConsumerSession({
      client,
      log,
      group: names.group(options.group),
      topics: options.topics.map((topic) => names.topic(topic)),
      fromBeginning: options.fromBeginning ?? true,
      sessionTimeoutMs,
      maxBytesPerPartition,
      onAssigned: (_consumer, assigned, previous) => {
        this.announce(previous, options.onRevoke?.bind(options));
        this.announce(assigned, (partitions) => this.assign(partitions));
      },
      onLost: (previous) => this.announce(previous, options.onRevoke?.bind(options)),
      runConfig: () => ({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: options.partitionsConcurrently ?? 1,
        eachBatch: (payload) => this.each(payload),
      }),
    });
  }

  async start(): Promise<BatchConsumption> {
    const { session, names } = this;
    await session.start();
    return {
      health: () => session.health(),
      stop: async () => {
        await session.stop();
        await this.rebalance;
      },
      pause: () => session.pause(),
      resume: () => session.resume(),
      seek: (topic, partition, offset) => session.seek(names.topic(topic), partition, offset),
    };
  }

  private async assign(partitions: readonly TopicPartition[]): Promise<void> {
    const seek = (topic: string, partition: number, offset: bigint): void => this.session.seek(this.names.topic(topic), partition, offset);
    await this.options.onAssign?.(partitions, { seek });
  }

  private announce(
    partitions: readonly TopicPartition[],
    listener: ((partitions: readonly TopicPartition[]) => Promise<void>) | undefined,
  ): void {
    if (listener === undefined || partitions.length === 0) return;
    const named = partitions.map(({ topic, partition }) => ({ topic: this.names.contract(topic), partition }));
    this.rebalance = this.rebalance
      .then(() => listener(named))
      // What was not announced is found out by the first batch, whose position does not fit.
      .catch((error: unknown) => this.log.warn('a rebalance listener failed', { group: this.options.group, error }));
  }

  private async each(payload: EachBatchPayload): Promise<void> {
    await this.rebalance;
    if (payload.isStale() || !payload.isRunning() || this.session.stopped) return;
    const { topic, partition } = payload.batch;
    const batch = new KafkajsRecordBatch(this.names.contract(topic), partition, payload.batch);
    const what = { topic: batch.topic, partition, offset: batch.firstOffset.toString() };
    const control = this.control(payload);
    await untilDone(
      this.session,
      this.log,
      what,
      () => payload.heartbeat(),
      this.everyMs,
      async () => {
        // After a seek the same batch is not repeated: reading goes on elsewhere.
        if (!payload.isStale()) await this.options.handle(batch, control);
      },
    );
    const last = payload.batch.messages.at(-1);
    if (last !== undefined && !payload.isStale()) payload.resolveOffset(last.offset);
  }

  private control(payload: EachBatchPayload): BatchControl {
    const { session, log } = this;
    const { topic } = payload.batch;
    return {
      heartbeat: async () => {
        session.touch();
        // A rebalance shows itself again right after the batch, where kafkajs can act on it.
        await payload.heartbeat().catch((error: unknown) => log.debug('heartbeat failed', { topic, error }));
      },
      seek: (partition, offset) => session.seek(topic, partition, offset),
      commit: async (partition, next) => {
        await session
          .commit(topic, partition, next)
          .catch((error: unknown) => log.debug('committing to kafka failed', { topic, partition, error }));
      },
      isRunning: () => payload.isRunning() && !session.stopped,
    };
  }
}
