import { createHash } from 'node:crypto';
import { consumerGroups, deadLetterTopic, topicNames } from '@drawbridge/contracts';
import type { KafkaMessage, OutgoingMessage } from '@drawbridge/kafka';
import type { FakeMember } from './fake-member.js';

/** One partition: its messages, the index in the list being the offset. */
export interface FakePartition {
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly messages: KafkaMessage[];
}

const bytes = (value: string | Buffer | null): Buffer | null => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value);

/** What a broker knows: topics, positions of groups, and who is in them. Several `FakeLog`s may share one. */
export class FakeCluster {
  private readonly topics = new Map<string, FakePartition[]>();
  private readonly positions = new Map<string, Map<string, number>>();
  private readonly groups = new Map<string, FakeMember[]>();
  private readonly readers = new Set<FakeMember>();
  private failure: Error | undefined;

  constructor(private readonly defaultPartitions = 1) {}

  createTopic(topic: string, partitions: number): void {
    const made = Array.from({ length: partitions }, (_, partition) => ({ name: `${topic}/${partition}`, topic, partition, messages: [] }));
    this.topics.set(topic, made);
  }

  /** Topics of the contract exist from the start, others after `createTopic`. */
  partitionsOf(topic: string): FakePartition[] {
    const known = topicNames.includes(topic) || consumerGroups.map(deadLetterTopic).includes(topic);
    if (!this.topics.has(topic) && known) this.createTopic(topic, this.defaultPartitions);
    const found = this.topics.get(topic);
    if (found === undefined) throw new Error(`there is no topic ${topic}`);
    return found;
  }

  positionsOf(group: string): Map<string, number> {
    const found = this.positions.get(group) ?? new Map<string, number>();
    this.positions.set(group, found);
    return found;
  }

  get away(): boolean {
    return this.failure !== undefined;
  }

  breakWith(error: Error | undefined): void {
    this.failure = error;
    this.wake();
  }

  refuseWhenAway(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  append(messages: readonly OutgoingMessage[]): void {
    this.refuseWhenAway();
    for (const { topic, key, value, headers = {} } of messages) {
      const keyBytes = bytes(key);
      const partitions = this.partitionsOf(topic);
      const target = partitions[partitionOf(keyBytes, partitions.length)];
      if (target === undefined) throw new Error(`topic ${topic} has no partition`);
      const offset = BigInt(target.messages.length);
      const message = { topic, partition: target.partition, offset, timestamp: Date.now(), key: keyBytes, value: bytes(value) };
      target.messages.push({ ...message, headers: { ...headers } });
    }
    this.wake();
  }

  /** A member of a group shares the partitions with the others; without a group it reads all of them. */
  join(member: FakeMember): void {
    this.readers.add(member);
    if (member.group === undefined) {
      member.assign(member.topics.flatMap((topic) => this.partitionsOf(topic)));
      return;
    }
    this.groups.set(member.group, [...(this.groups.get(member.group) ?? []), member]);
    this.rebalance(member.group);
  }

  leave(member: FakeMember): void {
    this.readers.delete(member);
    if (member.group === undefined) return;
    const others = this.groups.get(member.group)?.filter((other) => other !== member) ?? [];
    this.groups.set(member.group, others);
    this.rebalance(member.group);
  }

  wake(): void {
    for (const reader of this.readers) reader.wake();
  }

  private rebalance(group: string): void {
    const members = this.groups.get(group) ?? [];
    const shares = new Map<FakeMember, FakePartition[]>(members.map((member) => [member, []]));
    for (const topic of new Set(members.flatMap((member) => member.topics))) {
      const subscribed = members.filter((member) => member.topics.includes(topic));
      for (const partition of this.partitionsOf(topic)) {
        const owner = subscribed[partition.partition % subscribed.length];
        if (owner !== undefined) shares.get(owner)?.push(partition);
      }
    }
    for (const [member, share] of shares) member.assign(share);
  }
}

function partitionOf(key: Buffer | null, count: number): number {
  if (key === null || count === 1) return 0;
  return createHash('md5').update(key).digest().readUInt32BE(0) % count;
}
