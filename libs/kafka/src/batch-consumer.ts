import type { Logger } from '@drawbridge/telemetry';
import type { EachBatchPayload, Kafka as KafkaClient } from 'kafkajs';
import { ConsumerSession } from './consumer-session.js';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions } from './event-log.js';
import { untilDone } from './in-place.js';
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

  constructor(
    client: KafkaClient,
    private readonly names: Names,
    private readonly log: Logger,
    sessionTimeoutMs: number,
    private readonly options: ConsumeBatchesOptions,
  ) {
    this.everyMs = Math.max(100, sessionTimeoutMs / 4);
    this.rebalances = new Rebalances(names, log, options, (topic, partition, offset) => this.session.seek(topic, partition, offset));
    this.session = new ConsumerSession({
      client,
      log,
      group: names.group(options.group),
      topics: options.topics.map((topic) => names.topic(topic)),
      fromBeginning: options.fromBeginning ?? true,
      sessionTimeoutMs,
      maxBytesPerPartition,
      onAssigned: (_consumer, assigned, previous) => this.rebalances.announce(assigned, previous),
      onLost: (previous) => this.rebalances.announce([], previous),
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
        await this.rebalances.settled;
      },
      pause: () => session.pause(),
      resume: () => session.resume(),
      seek: (topic, partition, offset) => session.seek(names.topic(topic), partition, offset),
    };
  }

  private async each(payload: EachBatchPayload): Promise<void> {
    await this.rebalances.settled;
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
