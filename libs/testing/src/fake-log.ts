import { createHash } from 'node:crypto';
import {
  type BatchConsumption,
  type BatchControl,
  type ConsumeBatchesOptions,
  type ConsumeOptions,
  type Consumption,
  byteRanges,
  Deferral,
  type EventLog,
  type Following,
  type FollowOptions,
  type KafkaMessage,
  type OutgoingMessage,
  type PartitionEnds,
  type PartitionLag,
  type RecordBatch,
} from '@drawbridge/kafka';
import { FakeCluster, type FakePartition } from './fake-cluster.js';
import { FakeMember, type MemberWork } from './fake-member.js';

const retryMs = 10;
const batchSize = 500;

/**
 * The event log in memory, for tests without a broker. It passes the same contract suite as the real adapter: order per
 * partition, retry in place, positions and rebalances of groups. Logs that share a cluster are clients of one broker.
 */
export class FakeLog implements EventLog {
  private readonly members = new Set<FakeMember>();

  constructor(readonly cluster: FakeCluster = new FakeCluster()) {}

  async connect(): Promise<void> {
    this.cluster.refuseWhenAway();
  }

  async close(): Promise<void> {
    await Promise.all([...this.members].map((member) => member.stop()));
  }

  /** From now on the cluster is away: producing rejects with the error, consumers see nothing. `undefined` heals it. */
  breakWith(error: Error | undefined): void {
    this.cluster.breakWith(error);
  }

  async produce(messages: readonly OutgoingMessage[]): Promise<void> {
    this.cluster.append(messages);
  }

  /** Everything in a topic, by partition and offset. */
  messages(topic: string): KafkaMessage[] {
    return this.cluster.partitionsOf(topic).flatMap((partition) => partition.messages);
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    const { group, topics, fromBeginning = true } = options;
    const positions = this.cluster.positionsOf(group);
    return this.join(group, topics, {
      async step(partition, member) {
        const at = positions.get(partition.name) ?? (fromBeginning ? 0 : partition.messages.length);
        positions.set(partition.name, at);
        const message = partition.messages[at];
        if (message === undefined) return false;
        try {
          await options.handle(message);
          positions.set(partition.name, at + 1);
        } catch (error) {
          member.rest(partition, error instanceof Deferral ? error.delayMs : retryMs);
        }
        return true;
      },
    });
  }

  async consumeBatches(options: ConsumeBatchesOptions): Promise<BatchConsumption> {
    const positions = this.cluster.positionsOf(options.group);
    const next = new Map<string, number>();
    const sought = new Set<string>();
    const seek = (topic: string, partition: number, offset: bigint): void => {
      next.set(`${topic}/${partition}`, Number(offset));
      sought.add(`${topic}/${partition}`);
      this.cluster.wake();
    };
    const member = this.join(options.group, options.topics, {
      async assigned(partitions, previous) {
        if (previous.length > 0) await options.onRevoke?.(previous.map(({ topic, partition }) => ({ topic, partition })));
        next.clear();
        for (const { name, messages } of partitions) {
          next.set(name, positions.get(name) ?? (options.fromBeginning === false ? messages.length : 0));
        }
        const assigned = partitions.map(({ topic, partition }) => ({ topic, partition }));
        if (assigned.length > 0) await options.onAssign?.(assigned, { seek });
      },
      async step(partition, running) {
        const { name, topic, messages } = partition;
        const at = next.get(name) ?? 0;
        const records = messages.slice(at, at + batchSize);
        if (records.length === 0) return false;
        sought.delete(name);
        const control: BatchControl = {
          heartbeat: async () => undefined,
          seek: (number, offset) => seek(topic, number, offset),
          commit: async (number, offset) => {
            positions.set(`${topic}/${number}`, Number(offset));
            return true;
          },
          isRunning: () => running.alive,
        };
        try {
          await options.handle(batchOf(partition, records), control);
          if (!sought.has(name)) next.set(name, at + records.length);
        } catch {
          running.rest(partition, retryMs);
        }
        return true;
      },
    });
    return {
      health: () => member.health(),
      pause: () => member.pause(),
      resume: () => member.resume(),
      stop: () => member.stop(),
      seek,
    };
  }

  async follow(options: FollowOptions): Promise<Following> {
    const { topics } = options;
    const next = new Map<string, number>();
    const ends = topics.flatMap((topic) => this.cluster.partitionsOf(topic)).map(({ name, messages }) => ({ name, end: messages.length }));
    let settle: () => void = () => undefined;
    const caughtUp = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const check = (): void => {
      if (ends.every(({ name, end }) => (next.get(name) ?? 0) >= end)) settle();
    };
    check();
    const member = this.join(undefined, topics, {
      async step({ name, messages }) {
        const at = next.get(name) ?? 0;
        const message = messages[at];
        if (message === undefined) return false;
        next.set(name, at + 1);
        try {
          options.onMessage(message);
        } catch {
          // A follower's message counts as seen whatever its reader does.
        }
        check();
        return true;
      },
    });
    return { caughtUp, health: () => member.health(), stop: () => member.stop() };
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    this.cluster.refuseWhenAway();
    const positions = this.cluster.positionsOf(group);
    return topics
      .flatMap((topic) => this.cluster.partitionsOf(topic))
      .map(({ topic, partition, name, messages }) => ({ topic, partition, lag: BigInt(messages.length - (positions.get(name) ?? 0)) }));
  }

  async ends(topics: readonly string[]): Promise<PartitionEnds[]> {
    this.cluster.refuseWhenAway();
    return topics
      .flatMap((topic) => this.cluster.partitionsOf(topic))
      .map(({ topic, partition, messages }) => ({ topic, partition, low: 0n, high: BigInt(messages.length) }));
  }

  async topicId(topic: string): Promise<string> {
    this.cluster.refuseWhenAway();
    this.cluster.partitionsOf(topic);
    const hex = createHash('sha256').update(topic).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  private join(group: string | undefined, topics: readonly string[], work: MemberWork): FakeMember {
    const member = new FakeMember(this.cluster, group, topics, work);
    this.members.add(member);
    this.cluster.join(member);
    return member;
  }
}

function batchOf({ topic, partition, messages: all }: FakePartition, messages: readonly KafkaMessage[]): RecordBatch {
  const at = (index: number): KafkaMessage => {
    const message = messages[index];
    if (message === undefined) throw new RangeError(`no record ${index}`);
    return message;
  };
  return {
    topic,
    partition,
    firstOffset: at(0).offset,
    nextOffset: at(messages.length - 1).offset + 1n,
    highWatermark: BigInt(all.length),
    count: messages.length,
    values: byteRanges(messages.map(({ value }) => value)),
    offsets: Float64Array.from(messages, ({ offset }) => Number(offset)),
    value: (index) => at(index).value,
    key: (index) => at(index).key,
    offset: (index) => at(index).offset,
    timestamp: (index) => at(index).timestamp,
    header: (index, name) => at(index).headers[name],
    message: at,
    unreadable: (index) => at(index).unreadable,
  };
}
