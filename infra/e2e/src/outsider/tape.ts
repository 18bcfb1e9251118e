import type { EventMap, Topic } from '@drawbridge/contracts';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

/** One event as a plain Kafka client reads it. */
export interface Recorded<T extends Topic = Topic> {
  readonly topic: T;
  readonly id: string;
  readonly chainId: string | undefined;
  readonly causeId: string | undefined;
  /** Trace of this hop. */
  readonly traceId: string | undefined;
  readonly data: EventMap[T];
}

export interface TapeOptions {
  /** Before every topic name on a shared cluster. */
  readonly prefix?: string;
  readonly project: string;
}

interface Waiter {
  check(event: Recorded): void;
  /** Nobody waits any more. */
  giveUp(): void;
}

/**
 * Records what passes on the public topics of one project, with a stock Kafka client and no credentials: all that an alerting consumer
 * needs.
 * Events are kept by id, as at-least-once delivery asks of a consumer.
 */
export class Tape {
  private readonly events = new Map<string, Recorded>();
  private readonly waiters = new Set<Waiter>();
  /** Ids that came twice with different content. */
  readonly contradictions: string[] = [];

  private constructor(
    private readonly consumer: kafkajs.Consumer,
    private readonly project: string,
  ) {}

  /** Joins at the end of the topics and returns when everything from now on is seen. */
  static async start(brokers: readonly string[], topics: readonly Topic[], { prefix = '', project }: TapeOptions): Promise<Tape> {
    const kafka = new kafkajs.Kafka({ clientId: 'story', brokers: [...brokers], logLevel: kafkajs.logLevel.ERROR });
    const consumer = kafka.consumer({ groupId: `story-${randomUUID()}`, sessionTimeout: 30_000, maxWaitTimeInMs: 100 });
    const tape = new Tape(consumer, project);
    const joined = new Promise<void>((resolve) => consumer.on('consumer.fetch_start', () => resolve()));
    await consumer.connect();
    await consumer.subscribe({ topics: topics.map((topic) => `${prefix}${topic}`), fromBeginning: false });
    await consumer.run({ eachMessage: async ({ topic, message }) => tape.record(topic.slice(prefix.length) as Topic, message) });
    await joined;
    return tape;
  }

  /** All recorded events of a topic that satisfy, in order of arrival. */
  all<T extends Topic>(topic: T, matches: (event: Recorded<T>) => boolean = () => true): Recorded<T>[] {
    return [...this.events.values()].filter((event): event is Recorded<T> => event.topic === topic && matches(event as Recorded<T>));
  }

  byId(id: string): Recorded | undefined {
    return this.events.get(id);
  }

  /** The first event that satisfies, past or to come. */
  next<T extends Topic>(what: string, topic: T, matches: (event: Recorded<T>) => boolean, timeoutMs = 60_000): Promise<Recorded<T>> {
    const known = this.all(topic, matches)[0];
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        check: (event) => {
          if (event.topic !== topic || !matches(event as Recorded<T>)) return;
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(event as Recorded<T>);
        },
        giveUp: () => {
          clearTimeout(timer);
          reject(new Error(`the tape stopped before this came: ${topic}, ${what}`));
        },
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new Error(`no ${topic} within ${String(timeoutMs / 1000)} s: ${what}`));
      }, timeoutMs);
      this.waiters.add(waiter);
    });
  }

  /** Follows causes back to the first event that was recorded; the given event comes first. */
  causes(event: Recorded): Recorded[] {
    const chain = [event];
    for (let cause = event.causeId; cause !== undefined;) {
      const before = this.events.get(cause);
      if (before === undefined || chain.includes(before)) break;
      chain.push(before);
      cause = before.causeId;
    }
    return chain;
  }

  async stop(): Promise<void> {
    for (const waiter of this.waiters) waiter.giveUp();
    this.waiters.clear();
    await this.consumer.disconnect();
  }

  private record(topic: Topic, message: kafkajs.KafkaMessage): void {
    if (message.value === null) return;
    const data = JSON.parse(message.value.toString('utf8')) as EventMap[Topic] & { id: string; project?: string };
    if ((data.project ?? 'default') !== this.project) return;
    const header = (name: string): string | undefined => message.headers?.[name]?.toString();
    const event: Recorded = {
      topic,
      id: data.id,
      chainId: header('ce_chainid'),
      causeId: header('ce_causeid'),
      traceId: header('traceparent')?.split('-')[1],
      data,
    };
    const before = this.events.get(event.id);
    if (before !== undefined) {
      if (JSON.stringify(before.data) !== JSON.stringify(data)) this.contradictions.push(event.id);
      return;
    }
    this.events.set(event.id, event);
    for (const waiter of this.waiters) waiter.check(event);
  }
}
