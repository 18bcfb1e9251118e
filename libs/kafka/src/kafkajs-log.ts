import type { Logger } from '@drawbridge/telemetry';
import type { Kafka as KafkaClient } from 'kafkajs';
import { BatchConsumer } from './batch-consumer.js';
import { createClient } from './client.js';
import { DirectConsumer } from './direct/direct-consumer.js';
import type {
  BatchConsumption,
  ConsumeBatchesOptions,
  ConsumeOptions,
  Consumption,
  EventLog,
  Following,
  FollowOptions,
  KafkaSettings,
  OutgoingMessage,
  PartitionEnds,
  PartitionLag,
} from './event-log.js';
import { Follower } from './follower.js';
import { startMessageConsumer } from './message-consumer.js';
import { Names } from './names.js';
import { OffsetQueries } from './offsets.js';
import { LogProducer } from './producer.js';
import { fetchTopicId } from './topic-id.js';

const defaultSessionTimeoutMs = 6000;

/** The port over kafkajs. Nothing here gives up when brokers go away: calls reject, loops go on. */
export class KafkajsLog implements EventLog {
  private readonly client: KafkaClient;
  private readonly names: Names;
  private readonly producer: LogProducer;
  private readonly offsets: OffsetQueries;
  private readonly sessionTimeoutMs: number;
  private readonly open = new Set<{ stop(): Promise<void> }>();

  constructor(
    private readonly settings: KafkaSettings,
    private readonly log: Logger,
  ) {
    this.client = createClient(settings, log);
    this.names = new Names(settings.topicPrefix ?? '');
    this.producer = new LogProducer(this.client, this.names, log);
    this.offsets = new OffsetQueries(this.client, this.names);
    this.sessionTimeoutMs = settings.sessionTimeoutMs ?? defaultSessionTimeoutMs;
  }

  async connect(): Promise<void> {
    await this.offsets.ping();
  }

  /** Stops every consumer that is still open, then the producer. */
  async close(): Promise<void> {
    await Promise.all([...this.open].map((consumption) => consumption.stop()));
    this.open.clear();
    await this.producer.close();
    await this.offsets.close();
  }

  produce(messages: readonly OutgoingMessage[]): Promise<void> {
    return this.producer.produce(messages);
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    return this.keep(await startMessageConsumer(this.client, this.names, this.log, this.sessionTimeoutMs, options));
  }

  async consumeBatches(options: ConsumeBatchesOptions): Promise<BatchConsumption> {
    const { client, settings, names, log, offsets, sessionTimeoutMs } = this;
    const consumer =
      settings.batchReader === 'kafkajs'
        ? new BatchConsumer(client, names, log, sessionTimeoutMs, options)
        : new DirectConsumer(client, settings, names, offsets, log, sessionTimeoutMs, options);
    return this.keep(await consumer.start());
  }

  async follow(options: FollowOptions): Promise<Following> {
    return this.keep(await new Follower(this.client, this.settings.clientId, this.names, this.offsets, this.log, options).start());
  }

  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    return this.offsets.lag(group, topics);
  }

  async ends(topics: readonly string[]): Promise<PartitionEnds[]> {
    const found = await Promise.all(
      topics.map(async (topic) => (await this.offsets.watermarks(topic)).map((ends) => ({ topic, ...ends }))),
    );
    return found.flat();
  }

  topicId(topic: string): Promise<string> {
    return fetchTopicId(this.settings, this.names.topic(topic));
  }

  retention(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.offsets.retention(topics);
  }

  private keep<T extends { stop(): Promise<void> }>(consumption: T): T {
    const stop = consumption.stop.bind(consumption);
    consumption.stop = async () => {
      this.open.delete(consumption);
      await stop();
    };
    this.open.add(consumption);
    return consumption;
  }
}
