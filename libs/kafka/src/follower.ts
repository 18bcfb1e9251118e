import type { Logger } from '@drawbridge/telemetry';
import type { Consumer, EachBatchPayload, Kafka as KafkaClient } from 'kafkajs';
import { ConsumerSession } from './consumer-session.js';
import type { Following, FollowOptions, TopicPartition } from './event-log.js';
import type { Names } from './names.js';
import type { OffsetQueries } from './offsets.js';
import { toMessage } from './record-batch.js';

const sessionTimeoutMs = 30_000;

/**
 * Reads whole topics into memory and stays. Its group is its own and thrown away. After a broken connection it goes on
 * where it was, since reading old state again would turn the clock back for a moment.
 */
export class Follower {
  private readonly session: ConsumerSession;
  private readonly next = new Map<string, bigint>();
  /** Per partition, the offset from which everything is new; empty once it was reached everywhere. */
  private readonly behind = new Map<string, bigint>();
  private batchesSincePoll = 0;
  private quietPolls = 0;
  private targetsKnown = false;
  private resolveCaughtUp: () => void = () => undefined;
  private readonly caughtUp = new Promise<void>((resolve) => {
    this.resolveCaughtUp = resolve;
  });

  constructor(
    client: KafkaClient,
    clientId: string,
    private readonly names: Names,
    private readonly offsets: OffsetQueries,
    private readonly log: Logger,
    private readonly options: FollowOptions,
  ) {
    this.session = new ConsumerSession({
      client,
      log,
      group: names.group(`${clientId}.follow`),
      groupPerLife: true,
      topics: options.topics.map((topic) => names.topic(topic)),
      fromBeginning: true,
      sessionTimeoutMs,
      maxBytesPerPartition: 1024 * 1024,
      onAssigned: (consumer, assigned) => this.goOn(consumer, assigned),
      onPoll: () => this.polled(),
      runConfig: () => ({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: (payload) => {
          this.take(payload);
          return Promise.resolve();
        },
      }),
    });
  }

  async start(): Promise<Following> {
    await this.session.start();
    void this.learnTargets();
    return { caughtUp: this.caughtUp, health: () => this.session.health(), stop: () => this.session.stop() };
  }

  private goOn(consumer: Consumer, assigned: readonly TopicPartition[]): void {
    for (const { topic, partition } of assigned) {
      const next = this.next.get(`${topic}/${partition}`);
      if (next !== undefined) consumer.seek({ topic, partition, offset: next.toString() });
    }
  }

  private take({ batch }: EachBatchPayload): void {
    this.batchesSincePoll += 1;
    const key = `${batch.topic}/${batch.partition}`;
    const topic = this.names.contract(batch.topic);
    const from = this.next.get(key) ?? 0n;
    for (const raw of batch.messages) {
      const message = toMessage(topic, batch.partition, raw);
      if (message.offset < from) continue;
      try {
        this.options.onMessage(message);
      } catch (error) {
        this.log.error('a state message was not understood', { topic, offset: message.offset.toString(), error });
      }
    }
    this.next.set(key, BigInt(batch.lastOffset()) + 1n);
    this.settle();
  }

  /** Where each topic ended when following began. */
  private async learnTargets(): Promise<void> {
    while (!this.session.stopped) {
      try {
        for (const topic of this.options.topics) {
          for (const { partition, low, high } of await this.offsets.watermarks(topic)) {
            if (high > low) this.behind.set(`${this.names.topic(topic)}/${partition}`, high);
          }
        }
        this.targetsKnown = true;
        this.settle();
        return;
      } catch (error) {
        this.log.warn('cannot ask for the end of a followed topic, trying again', { topics: this.options.topics, error });
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  private settle(): void {
    for (const [key, end] of this.behind) {
      if ((this.next.get(key) ?? 0n) >= end) this.behind.delete(key);
    }
    if (this.targetsKnown && this.behind.size === 0) this.resolveCaughtUp();
  }

  /** Compaction may have taken the last records away; two polls in a row without any say the same as the offset. */
  private polled(): void {
    this.quietPolls = this.batchesSincePoll === 0 && this.session.health().assigned > 0 ? this.quietPolls + 1 : 0;
    this.batchesSincePoll = 0;
    if (this.targetsKnown && this.quietPolls >= 3) {
      this.behind.clear();
      this.settle();
    }
  }
}
