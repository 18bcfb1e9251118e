import type { Logger } from '@drawbridge/telemetry';
import type { Kafka as KafkaClient } from 'kafkajs';
import { Backoff, sleep } from '../backoff.js';
import { ConsumerSession } from '../consumer-session.js';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions, KafkaSettings, TopicPartition } from '../event-log.js';
import type { Names } from '../names.js';
import type { OffsetQueries } from '../offsets.js';
import { Rebalances } from '../rebalances.js';
import type { FetchedBatch } from './fetched-batch.js';
import { FetchLoop } from './fetch-loop.js';
import type { Reading } from './reading.js';

const idleWaitMs = 500;

/**
 * Batch by batch like `BatchConsumer`, but kafkajs keeps only the membership in the group: fetching and decoding are done
 * here, in place, at a fraction of the cost. No batch is handed out before `onAssign` of its generation is done, and
 * none that was fetched before a seek.
 */
export class DirectConsumer {
  private readonly session: ConsumerSession;
  private readonly loop: FetchLoop;
  private readonly rebalances: Rebalances;
  private workers: Promise<unknown> = Promise.resolve();

  constructor(
    client: KafkaClient,
    settings: KafkaSettings,
    private readonly names: Names,
    private readonly offsets: OffsetQueries,
    private readonly log: Logger,
    private readonly sessionTimeoutMs: number,
    private readonly options: ConsumeBatchesOptions,
  ) {
    this.rebalances = new Rebalances(names, log, options, (topic, partition, offset) => this.loop.seek(topic, partition, offset));
    this.session = new ConsumerSession({
      client,
      log,
      group: names.group(options.group),
      topics: options.topics.map((topic) => names.topic(topic)),
      fromBeginning: options.fromBeginning ?? true,
      sessionTimeoutMs,
      maxBytesPerPartition: 1,
      membershipOnly: true,
      onAssigned: (_consumer, assigned, previous) => {
        this.loop.assign(assigned);
        this.rebalances.announce(assigned, previous);
      },
      onLost: (previous) => {
        this.loop.release();
        this.rebalances.announce([], previous);
      },
      runConfig: () => ({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: () => Promise.resolve() }),
    });
    this.loop = new FetchLoop({
      settings,
      log,
      settled: () => this.rebalances.settled,
      begin: (partition) => this.begin(partition),
      onPoll: () => this.session.touch(),
      onTopicLost: (error) => this.session.replace(error),
    });
  }

  async start(): Promise<BatchConsumption> {
    const { session, loop, names } = this;
    loop.start();
    this.workers = Promise.all(Array.from({ length: this.options.partitionsConcurrently ?? 1 }, () => this.work()));
    await session.start();
    return {
      health: () => session.health(),
      stop: async () => {
        // Whoever waits for a handler that is being repeated must see the end before the loops are waited for.
        const ended = session.stop();
        await loop.stop();
        await this.workers;
        await ended;
        await this.rebalances.settled;
      },
      pause: () => loop.pause(),
      resume: () => loop.resume(),
      seek: (topic, partition, offset) => loop.seek(names.topic(topic), partition, offset),
    };
  }

  /** The group's own position, else an end of the log. A position that is gone begins anew. */
  private async begin({ topic, partition }: TopicPartition): Promise<number> {
    const name = this.names.contract(topic);
    const committed = await this.offsets.committed(this.options.group, name, partition);
    const ends = (await this.offsets.watermarks(name)).find((entry) => entry.partition === partition);
    if (ends === undefined) throw new Error(`${topic}/${partition} is not on the cluster`);
    if (committed !== undefined && committed >= ends.low && committed <= ends.high) return Number(committed);
    return Number((this.options.fromBeginning ?? true) ? ends.low : ends.high);
  }

  private async work(): Promise<void> {
    const { loop, session } = this;
    while (!session.stopped) {
      const known = loop.changed.version;
      const [reading] = loop.ready();
      if (reading === undefined) {
        await loop.changed.wait(known, idleWaitMs);
        continue;
      }
      reading.handled = true;
      try {
        await this.hand(reading);
      } finally {
        reading.handled = false;
        loop.changed.fire();
      }
    }
  }

  private async hand(reading: Reading): Promise<void> {
    await this.rebalances.settled;
    const { epoch } = reading;
    const taken = reading.take();
    // There is room for the next one now.
    this.loop.changed.fire();
    if (taken === undefined) return;
    await this.untilDone(reading, epoch, taken.batch).finally(() => taken.claim.release());
  }

  private async untilDone(reading: Reading, epoch: number, fetched: FetchedBatch): Promise<void> {
    const { session, log } = this;
    const { partition } = reading;
    const batch = fetched.named(this.names.contract(reading.topic));
    const control = this.control(reading, epoch);
    const backoff = new Backoff(100, 5000);
    const beat = setInterval(() => session.touch(), Math.max(100, this.sessionTimeoutMs / 4));
    try {
      while (control.isRunning()) {
        try {
          await this.options.handle(batch, control);
          return;
        } catch (error) {
          if (!control.isRunning()) return;
          if (backoff.attempts % 10 === 0) {
            const what = { topic: batch.topic, partition, offset: String(batch.firstOffset), attempt: backoff.attempts + 1 };
            log.warn('handling failed, trying again in place', { ...what, error });
          }
        }
        await sleep(backoff.nextMs(), session.signal);
      }
    } finally {
      clearInterval(beat);
    }
  }

  private control(reading: Reading, epoch: number): BatchControl {
    const { session, loop, log } = this;
    const { topic } = reading;
    return {
      // Membership has its own heartbeat; this only says that the handler is alive.
      heartbeat: async () => session.touch(),
      seek: (partition, offset) => loop.seek(topic, partition, offset),
      commit: async (partition, next) => {
        try {
          await session.commit(topic, partition, next);
          return true;
        } catch (error) {
          log.debug('committing to kafka failed', { topic, partition, error });
          return false;
        }
      },
      isRunning: () => reading.assigned && reading.epoch === epoch && !session.stopped,
    };
  }
}
