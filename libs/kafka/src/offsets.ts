import type { Admin, Kafka as KafkaClient } from 'kafkajs';
import type { PartitionLag } from './event-log.js';
import type { Names } from './names.js';

export interface Watermarks {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Questions about positions. The connection is made when first needed and again after an error. */
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

  /** Resolves when a broker answers. */
  async ping(): Promise<void> {
    await this.ask((admin) => admin.describeCluster());
  }

  async close(): Promise<void> {
    const admin = await this.admin?.catch(() => undefined);
    this.admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    this.admin ??= this.open();
    const current = this.admin;
    try {
      return await question(await current);
    } catch (error) {
      if (this.admin === current) await this.close();
      throw error;
    }
  }

  private async open(): Promise<Admin> {
    const admin = this.client.admin();
    await admin.connect();
    return admin;
  }
}
