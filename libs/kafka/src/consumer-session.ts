import { randomUUID } from 'node:crypto';
import type { Logger } from '@drawbridge/telemetry';
import type { Consumer, ConsumerRunConfig, Kafka as KafkaClient } from 'kafkajs';
import { Backoff, sleep } from './backoff.js';
import { bounded } from './bounded.js';
import { type Clocks, processClocks, silencesHeartbeats, WallClockWatch } from './clocks.js';
import type { ConsumerHealth, TopicPartition } from './event-log.js';

export interface SessionOptions {
  readonly client: KafkaClient;
  readonly log: Logger;
  /** A name of the cluster, with its prefix. */
  readonly group: string;
  /** Each life of the consumer joins a group of its own, so it never waits until its former self has timed out. */
  readonly groupPerLife?: boolean;
  /** Names of the cluster. */
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  readonly sessionTimeoutMs: number;
  readonly maxBytesPerPartition: number;
  /** Somebody else reads: kafkajs keeps the membership, and its own fetches are no sign of life. */
  readonly membershipOnly?: boolean;
  runConfig(consumer: Consumer): ConsumerRunConfig;
  /** Every rebalance hands out all partitions anew; `previous` are those of the generation before. */
  onAssigned?(consumer: Consumer, assigned: readonly TopicPartition[], previous: readonly TopicPartition[]): void;
  /** The consumer died or was stopped. */
  onLost?(previous: readonly TopicPartition[]): void;
  /** One fetch came back, with or without records. */
  onPoll?(): void;
  /** Default: those of the process. */
  readonly clocks?: Clocks;
}

const rebalanceTimeoutMs = 90_000;
const unhealthyAfterMs = 60_000;
/** Longer than a rebalance may take: past this the consumer is thrown away and built anew. */
const stalledAfterMs = 180_000;
const connectMs = 30_000;
const commitMs = 5000;
/** Longer than any message in hand takes, for which a consumer that leaves waits. */
const leaveMs = 120_000;

/**
 * A kafkajs consumer that never stays dead. kafkajs stops for good on some errors and restarts itself on others; here
 * every crash, every stall and every clock that was set back leads to the same thing, a new consumer, until `stop` is
 * called. Spans are measured by a clock that nobody can set.
 */
export class ConsumerSession {
  private readonly stopping = new AbortController();
  private consumer: Consumer | undefined;
  private loop: Promise<void> = Promise.resolve();
  private assigned: readonly TopicPartition[] = [];
  private lastPollAt: number | undefined;
  private running = false;
  private paused = false;
  private ended: (() => void) | undefined;
  private readonly clocks: Clocks;
  /** This life of the consumer ended through no fault of its own, so the next begins at once. */
  private blameless = false;

  constructor(private readonly options: SessionOptions) {
    this.clocks = options.clocks ?? processClocks;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Resolves when the first attempt to join ended, well or not; attempts go on in the background. */
  async start(): Promise<void> {
    await new Promise<void>((tried) => {
      this.loop = this.keepAlive(tried);
    });
  }

  health(): ConsumerHealth {
    const silentMs = this.lastPollAt === undefined ? undefined : this.clocks.elapsed() - this.lastPollAt;
    return { alive: this.running && silentMs !== undefined && silentMs < unhealthyAfterMs, silentMs, assigned: this.assigned.length };
  }

  /** Called by handlers too: a long retry in place is work, not a stall. */
  touch(): void {
    this.lastPollAt = this.clocks.elapsed();
  }

  /** Ends this life of the consumer and begins another one. */
  replace(error: Error): void {
    if (!this.running) return;
    this.options.log.warn('the consumer is being replaced', { group: this.options.group, error });
    this.ended?.();
  }

  async stop(): Promise<void> {
    const joined = this.running;
    this.stopping.abort();
    this.ended?.();
    // A consumer that is still looking for its broker has nothing in hand, and kafkajs may look for long.
    await (joined ? this.loop : Promise.race([this.loop, sleep(1500)]));
  }

  pause(): void {
    this.paused = true;
    if (this.running) this.consumer?.pause(this.options.topics.map((topic) => ({ topic })));
  }

  resume(): void {
    this.paused = false;
    if (this.running) this.consumer?.resume(this.options.topics.map((topic) => ({ topic })));
  }

  seek(topic: string, partition: number, offset: bigint): void {
    if (!this.running) return;
    this.consumer?.seek({ topic, partition, offset: offset.toString() });
  }

  async commit(topic: string, partition: number, next: bigint): Promise<void> {
    const { consumer } = this;
    if (!this.running || consumer === undefined) throw new Error('the consumer is in no group now');
    await bounded(consumer.commitOffsets([{ topic, partition, offset: String(next) }]), commitMs, 'commit');
  }

  private async keepAlive(tried: () => void): Promise<void> {
    const { log, group } = this.options;
    const backoff = new Backoff(200, 5000);
    while (!this.stopped) {
      const startedAt = this.clocks.elapsed();
      this.blameless = false;
      await this.live(tried).catch((error: unknown) => {
        log.warn('the consumer could not start, trying again', { group, error });
      });
      tried();
      // A consumer that lived for a while was healthy: what ended it is news, not a repetition.
      if (this.blameless || this.clocks.elapsed() - startedAt > 30_000) backoff.reset();
      if (!this.stopped) await sleep(backoff.nextMs(), this.stopping.signal);
    }
  }

  /** One consumer from its birth to its end, whatever ends it. */
  private async live(tried: () => void): Promise<void> {
    const { client, group, topics, fromBeginning, sessionTimeoutMs, maxBytesPerPartition, log } = this.options;
    const heartbeatMs = Math.max(100, Math.floor(sessionTimeoutMs / 4));
    const consumer = client.consumer({
      groupId: this.options.groupPerLife === true ? `${group}.${randomUUID()}` : group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      heartbeatInterval: heartbeatMs,
      maxBytesPerPartition,
      maxBytes: 16 * 1024 * 1024,
      minBytes: 1,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
      // One way back from every crash: this class.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: () => Promise.resolve(false) },
    });
    const end = new Promise<void>((resolve) => {
      this.ended = resolve;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      log.warn('the consumer crashed and is being replaced', { group, error: payload.error });
      this.ended?.();
    });
    if (this.options.membershipOnly !== true) {
      consumer.on(consumer.events.FETCH, () => {
        this.touch();
        this.options.onPoll?.();
      });
    }
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.joined(consumer, payload.memberAssignment));
    const watchdog = setInterval(() => {
      const { silentMs = 0 } = this.health();
      if (silentMs < stalledAfterMs) return;
      log.error('the consumer stalled and is being replaced', { group, silentMs });
      this.ended?.();
    }, 5000);
    watchdog.unref();
    const wallClock = new WallClockWatch(this.clocks);
    const clockWatch = setInterval(() => {
      const setByMs = wallClock.look();
      if (!silencesHeartbeats(setByMs, heartbeatMs)) return;
      log.warn('the clock was set back, the consumer is being replaced', { group, setByMs: Math.round(setByMs) });
      this.blameless = true;
      this.ended?.();
    }, heartbeatMs);
    clockWatch.unref();
    try {
      this.consumer = consumer;
      this.touch();
      if (this.stopped) return;
      await bounded(consumer.connect(), connectMs, 'take a consumer');
      await bounded(consumer.subscribe({ topics: [...topics], fromBeginning }), connectMs, 'describe the topics');
      await bounded(consumer.run(this.options.runConfig(consumer)), stalledAfterMs, 'let the consumer join');
      tried();
      await end;
    } finally {
      clearInterval(watchdog);
      clearInterval(clockWatch);
      this.running = false;
      const previous = this.assigned;
      this.assigned = [];
      this.options.onLost?.(previous);
      const left = bounded(consumer.disconnect(), leaveMs, 'let the consumer go');
      await left.catch((error: unknown) => log.debug('disconnecting a consumer failed', { group, error }));
    }
  }

  private joined(consumer: Consumer, assignment: Readonly<Record<string, number[]>>): void {
    const previous = this.assigned;
    this.assigned = Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
    this.running = true;
    this.touch();
    if (this.paused || this.options.membershipOnly === true) consumer.pause(this.options.topics.map((topic) => ({ topic })));
    this.options.log.debug('joined the group', { group: this.options.group, assigned: this.assigned.length });
    this.options.onAssigned?.(consumer, this.assigned, previous);
  }
}
