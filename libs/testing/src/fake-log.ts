import { createHash } from 'node:crypto';
import {
  type BatchConsumption,
  type BatchControl,
  type ConsumeBatchesOptions,
  type ConsumeOptions,
  type ConsumerHealth,
  type Consumption,
  Deferral,
  type EventLog,
  type Following,
  type FollowOptions,
  type KafkaMessage,
  type OutgoingMessage,
  type PartitionLag,
  type RecordBatch,
} from '@drawbridge/kafka';
import { sleep } from './wait.js';

interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly messages: KafkaMessage[];
}

const bytes = (value: string | Buffer | null): Buffer | null => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value);

function partitionOf(key: Buffer | null, count: number): number {
  if (key === null || count === 1) return 0;
  return createHash('md5').update(key).digest().readUInt32BE(0) % count;
}

/**
 * The event log in memory, for tests without a broker. It keeps the port's promises: order per partition, retry in place,
 * positions per group, state topics read from the beginning. One instance is one cluster.
 */
export class FakeLog implements EventLog {
  private readonly partitions = new Map<string, Partition[]>();
  private readonly positions = new Map<string, Map<string, number>>();
  private readonly loops = new Set<Loop>();
  private failing: Error | undefined;

  constructor(private readonly partitionCount = 1) {}

  async connect(): Promise<void> {
    this.refuseWhenDown();
  }

  async close(): Promise<void> {
    await Promise.all([...this.loops].map((loop) => loop.stop()));
  }

  /** From now on the cluster is away: producing rejects with the error, consumers see nothing. `undefined` heals it. */
  breakWith(error: Error | undefined): void {
    this.failing = error;
    this.wakeAll();
  }

  async produce(messages: readonly OutgoingMessage[]): Promise<void> {
    this.refuseWhenDown();
    for (const { topic, key, value, headers = {} } of messages) {
      const keyBytes = bytes(key);
      const all = this.of(topic);
      const partition = all[partitionOf(keyBytes, all.length)] ?? this.first(topic);
      partition.messages.push({
        topic,
        partition: partition.partition,
        offset: BigInt(partition.messages.length),
        timestamp: Date.now(),
        key: keyBytes,
        value: bytes(value),
        headers: { ...headers },
      });
    }
    this.wakeAll();
  }

  /** Everything in a topic, by partition and offset. */
  messages(topic: string): KafkaMessage[] {
    return this.of(topic).flatMap((partition) => partition.messages);
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    const positions = this.positionsOf(options.group);
    return this.run(options.topics, async (partition, loop) => {
      const at = this.start(positions, partition, options.fromBeginning ?? true);
      const message = partition.messages[at];
      if (message === undefined) return false;
      try {
        await options.handle(message);
        positions.set(nameOf(partition), at + 1);
      } catch (error) {
        loop.retryAfter(partition, error instanceof Deferral ? error.delayMs : 20);
      }
      return true;
    });
  }

  async consumeBatches(options: ConsumeBatchesOptions): Promise<BatchConsumption> {
    const next = new Map<string, number>();
    const seek = (topic: string, partition: number, offset: bigint): void => {
      next.set(`${topic}/${partition}`, Number(offset));
      this.wakeAll();
    };
    const assigned = options.topics.flatMap((topic) => this.of(topic).map(({ partition }) => ({ topic, partition })));
    await options.onAssign?.(assigned, { seek });
    const loop = this.run(options.topics, async (partition, running) => {
      const name = nameOf(partition);
      const at = next.get(name) ?? (options.fromBeginning === false ? partition.messages.length : 0);
      if (!next.has(name)) next.set(name, at);
      const messages = partition.messages.slice(at, at + 500);
      if (messages.length === 0) return false;
      let sought = false;
      const control: BatchControl = {
        heartbeat: async () => undefined,
        seek: (number, offset) => {
          if (number === partition.partition) sought = true;
          seek(partition.topic, number, offset);
        },
        commit: async (number, offset) => {
          this.positionsOf(options.group).set(`${partition.topic}/${number}`, Number(offset));
        },
        isRunning: () => running.alive,
      };
      try {
        await options.handle(batchOf(partition, messages), control);
        if (!sought && next.get(name) === at) next.set(name, at + messages.length);
      } catch {
        running.retryAfter(partition, 20);
      }
      return true;
    });
    const stop = async (): Promise<void> => {
      await loop.stop();
      await options.onRevoke?.(assigned);
    };
    return { health: () => loop.health(), pause: () => loop.pause(), resume: () => loop.resume(), seek, stop };
  }

  async follow(options: FollowOptions): Promise<Following> {
    const next = new Map<string, number>();
    const targets = options.topics.flatMap((topic) =>
      this.of(topic).map((partition) => ({ name: nameOf(partition), end: partition.messages.length })),
    );
    let settle: () => void = () => undefined;
    const caughtUp = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const check = (): void => {
      if (targets.every(({ name, end }) => (next.get(name) ?? 0) >= end)) settle();
    };
    check();
    const loop = this.run(options.topics, async (partition) => {
      const at = next.get(nameOf(partition)) ?? 0;
      const message = partition.messages[at];
      if (message === undefined) return false;
      next.set(nameOf(partition), at + 1);
      try {
        options.onMessage(message);
      } catch {
        // A follower's message counts as seen whatever its reader does.
      }
      check();
      return true;
    });
    return { caughtUp, health: () => loop.health(), stop: () => loop.stop() };
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    this.refuseWhenDown();
    const positions = this.positionsOf(group);
    return topics.flatMap((topic) =>
      this.of(topic).map((partition) => ({
        topic,
        partition: partition.partition,
        lag: BigInt(partition.messages.length - (positions.get(nameOf(partition)) ?? 0)),
      })),
    );
  }

  async topicId(topic: string): Promise<string> {
    this.refuseWhenDown();
    return createHash('sha256').update(topic).digest('base64url').slice(0, 22);
  }

  private run(topics: readonly string[], step: (partition: Partition, loop: Loop) => Promise<boolean>): Loop {
    const loop: Loop = new Loop(
      () => (this.failing === undefined ? topics.flatMap((topic) => this.of(topic)) : []),
      step,
      () => this.loops.delete(loop),
    );
    this.loops.add(loop);
    loop.wake();
    return loop;
  }

  private start(positions: Map<string, number>, partition: Partition, fromBeginning: boolean): number {
    const name = nameOf(partition);
    const known = positions.get(name);
    if (known !== undefined) return known;
    const at = fromBeginning ? 0 : partition.messages.length;
    positions.set(name, at);
    return at;
  }

  private positionsOf(group: string): Map<string, number> {
    const found = this.positions.get(group) ?? new Map<string, number>();
    this.positions.set(group, found);
    return found;
  }

  private of(topic: string): Partition[] {
    const found =
      this.partitions.get(topic) ?? Array.from({ length: this.partitionCount }, (_, partition) => ({ topic, partition, messages: [] }));
    this.partitions.set(topic, found);
    return found;
  }

  private first(topic: string): Partition {
    const [first] = this.of(topic);
    if (first === undefined) throw new Error('a topic has at least one partition');
    return first;
  }

  private refuseWhenDown(): void {
    if (this.failing !== undefined) throw this.failing;
  }

  private wakeAll(): void {
    for (const loop of this.loops) loop.wake();
  }
}

function nameOf({ topic, partition }: Partition): string {
  return `${topic}/${partition}`;
}

function batchOf({ topic, partition, messages: all }: Partition, messages: readonly KafkaMessage[]): RecordBatch {
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
    value: (index) => at(index).value,
    key: (index) => at(index).key,
    offset: (index) => at(index).offset,
    timestamp: (index) => at(index).timestamp,
    header: (index, name) => at(index).headers[name],
    message: at,
    unreadable: (index) => at(index).unreadable,
  };
}

/** Goes round the partitions while there is something to do, then sleeps until it is woken. */
class Loop implements Consumption {
  alive = true;
  private paused = false;
  private working: Promise<void> = Promise.resolve();
  private busy = false;
  private again = false;
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly partitions: () => Partition[],
    private readonly step: (partition: Partition, loop: Loop) => Promise<boolean>,
    private readonly ended: () => void,
  ) {}

  wake(): void {
    this.again = true;
    if (this.busy || !this.alive || this.paused) return;
    this.busy = true;
    this.working = this.drain();
  }

  /** Leaves a partition alone for a moment; others go on. */
  retryAfter(partition: Partition, ms: number): void {
    this.waiting.set(nameOf(partition), Date.now() + ms);
    void sleep(ms).then(() => this.wake());
  }

  health(): ConsumerHealth {
    return { alive: this.alive, lastPollAt: Date.now(), assigned: this.partitions().length };
  }

  async stop(): Promise<void> {
    this.alive = false;
    await this.working;
    this.ended();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  private async drain(): Promise<void> {
    while (this.again && this.alive && !this.paused) {
      this.again = false;
      for (const partition of this.partitions()) {
        if (!this.alive || this.paused) break;
        if ((this.waiting.get(nameOf(partition)) ?? 0) > Date.now()) continue;
        if (await this.step(partition, this)) this.again = true;
      }
    }
    this.busy = false;
  }
}
