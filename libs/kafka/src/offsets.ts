import kafkajs from 'kafkajs';
import type { Admin, Kafka as KafkaClient } from 'kafkajs';
import { bounded } from './bounded.js';
import type { PartitionLag } from './event-log.js';
import type { Names } from './names.js';

export interface Watermarks {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

const { ConfigResourceTypes } = kafkajs;

/** For one question, the connection that it may need included. */
const askMs = 20_000;
const closeMs = 5000;

/** Questions about positions and topics. The connection is made when first needed and again after an error. */
export class OffsetQueries {
  private admin: Promise<Admin> | undefined;

  constructor(
    private readonly client: KafkaClient,
    private readonly names: Names,
  ) {}

  async watermarks(topic: string): Promise<Watermarks[]> {
    const offsets = await this.ask((admin) => admin.fetchTopicOffsets(this.names.topic(topic)));
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  /** Kafka's own position of a group; undefined when it has none. */
  async committed(group: string, topic: string, partition: number): Promise<bigint | undefined> {
    const found = await this.ask((admin) => admin.fetchOffsets({ groupId: this.names.group(group), topics: [this.names.topic(topic)] }));
    const offset = BigInt(found[0]?.partitions.find((entry) => entry.partition === partition)?.offset ?? -1);
    return offset < 0n ? undefined : offset;
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const committed = await this.ask((admin) =>
      admin.fetchOffsets({ groupId: this.names.group(group), topics: topics.map((topic) => this.names.topic(topic)) }),
    );
    const result: PartitionLag[] = [];
    for (const topic of topics) {
      const positions = committed.find((entry) => entry.topic === this.names.topic(topic))?.partitions ?? [];
      for (const { partition, low, high } of await this.watermarks(topic)) {
        // -1: the group never committed there, so all that is kept is ahead of it.
        const stored = BigInt(positions.find((entry) => entry.partition === partition)?.offset ?? -1);
        const position = stored < low ? low : stored;
        result.push({ topic, partition, lag: high > position ? high - position : 0n });
      }
    }
    return result;
  }

  /** One question per topic: the broker refuses a whole request for one topic that may not be described. */
  async retention(topics: readonly string[]): Promise<Map<string, number>> {
    const result = new Map<string, number>();
    for (const topic of topics) {
      const resources = [
        { type: ConfigResourceTypes.TOPIC, name: this.names.topic(topic), configNames: ['cleanup.policy', 'retention.ms'] },
      ];
      const described = await this.ask((admin) => admin.describeConfigs({ includeSynonyms: false, resources })).catch((error: unknown) => {
        if (isRefusal(error)) return undefined;
        throw error;
      });
      const settings = new Map(described?.resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]));
      const retention = settings.get('retention.ms');
      if (retention !== undefined && settings.get('cleanup.policy') !== 'compact') result.set(topic, Number(retention));
    }
    return result;
  }

  /** Resolves when a broker answers. */
  async ping(): Promise<void> {
    await this.ask((admin) => admin.describeCluster());
  }

  async close(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    if (admin === undefined) return;
    const left = admin.then((each) => each.disconnect()).catch(() => undefined);
    await bounded(left, closeMs, 'let go').catch(() => undefined);
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    this.admin ??= this.open();
    const current = this.admin;
    try {
      return await bounded(current.then(question), askMs, 'answer');
    } catch (error) {
      // Left to itself: what did not answer may not say goodbye either.
      if (this.admin === current) void this.close();
      throw error;
    }
  }

  private async open(): Promise<Admin> {
    const admin = this.client.admin();
    await admin.connect();
    return admin;
  }
}

function isRefusal(error: unknown): boolean {
  const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  return type === 'TOPIC_AUTHORIZATION_FAILED' || type === 'CLUSTER_AUTHORIZATION_FAILED' || type === 'UNKNOWN_TOPIC_OR_PARTITION';
}
