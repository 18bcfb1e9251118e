import type { Logger } from '@drawbridge/telemetry';
import { Backoff, sleep } from '../backoff.js';
import type { KafkaSettings, TopicPartition } from '../event-log.js';
import { BrokerConnection } from './broker-connection.js';
import { type Checksum, castagnoli } from './checksum.js';
import { decodePartition } from './decode-partition.js';
import { FramePool, type Claim } from './frame-pool.js';
import { fetchApi, fetchBody, fetchCodes, type FetchedPartition, readFetch } from './fetch-request.js';
import { topicLayouts, UnknownTopic } from './metadata.js';
import { Reading } from './reading.js';
import { Signal } from './signal.js';

export interface FetchLoopOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly checksum?: Checksum;
  /** Resolves when whoever was told of the assignment has said where to begin, or nothing. */
  settled(): Promise<void>;
  /** Where a partition is read first, if nobody said so, and again when its position is no longer there. */
  begin(partition: TopicPartition): Promise<number>;
  /** A fetch came back. */
  onPoll(): void;
  /** The topic is gone or another one: the assignment is worth nothing any more. */
  onTopicLost(error: Error): void;
}

const idleWaitMs = 500;
/** While a partition of the same broker is with its handler, the broker is not left waiting for others. */
const busyWaitMs = 20;
const limits = { minBytes: 1, maxBytes: 16 * 1024 * 1024, maxBytesPerPartition: 2 * 1024 * 1024 } as const;
const requestTimeoutMs = 30_000;
const moved: ReadonlySet<number> = new Set([
  fetchCodes.unknownTopic,
  fetchCodes.leaderNotAvailable,
  fetchCodes.notLeader,
  fetchCodes.fencedEpoch,
  fetchCodes.unknownEpoch,
]);

/** What a partition was asked for. */
interface Question {
  readonly reading: Reading;
  readonly epoch: number;
  readonly offset: number;
}

/** The leader of a partition has changed. */
class Moved extends Error {}

/** Other partitions are assigned, whose leaders are not known yet. */
class Reassigned extends Error {}

/**
 * Fetches assigned partitions from their leaders, one connection per broker, and keeps one batch of each partition ready
 * while another is being handled. It gives up nothing: any failure ends in new metadata and new connections.
 */
export class FetchLoop {
  private readonly readings = new Map<string, Reading>();
  private readonly stopping = new AbortController();
  /** Fired when there may be something new to fetch or to hand out. */
  readonly changed = new Signal();
  private paused = false;
  private readonly topicIds = new Map<string, string>();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: FetchLoopOptions) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.changed.fire();
    await this.loop;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Replaces the assignment; a partition that stays begins anew. Returns the readings. */
  assign(partitions: readonly TopicPartition[]): Reading[] {
    this.release();
    this.topicIds.clear();
    const found = partitions.map(({ topic, partition }) => this.reading(topic, partition));
    for (const reading of found) reading.assigned = true;
    this.changed.fire();
    return found;
  }

  release(): void {
    for (const reading of this.readings.values()) reading.release();
  }

  seek(topic: string, partition: number, offset: bigint): void {
    const reading = this.readings.get(`${topic}/${partition}`);
    if (reading?.assigned !== true) return;
    reading.seek(Number(offset));
    this.changed.fire();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.changed.fire();
  }

  /** Partitions with a batch that may be handed out. */
  ready(): Reading[] {
    if (this.paused) return [];
    return [...this.readings.values()].filter(({ waiting, handled }) => waiting !== undefined && !handled);
  }

  private reading(topic: string, partition: number): Reading {
    const key = `${topic}/${partition}`;
    let reading = this.readings.get(key);
    if (reading === undefined) this.readings.set(key, (reading = new Reading(topic, partition)));
    return reading;
  }

  private assigned(): Reading[] {
    return [...this.readings.values()].filter(({ assigned }) => assigned);
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(100, 3000);
    while (!this.stopped) {
      const known = this.changed.version;
      if (this.assigned().length === 0) {
        await this.changed.wait(known, idleWaitMs);
        continue;
      }
      const startedAt = performance.now();
      try {
        await this.round();
      } catch (error) {
        if (error instanceof Reassigned) continue;
        if (error instanceof UnknownTopic) this.options.onTopicLost(error);
        else if (!(error instanceof Moved) && !this.stopped) this.options.log.warn('fetching failed, trying again', { error });
        if (performance.now() - startedAt > 10_000) backoff.reset();
        await sleep(backoff.nextMs(), this.stopping.signal);
      }
    }
  }

  /** From fresh metadata until something fails, a leader moves, or other topics are assigned. */
  private async round(): Promise<void> {
    await this.findLeaders();
    const ended = new AbortController();
    const leaders = [...new Set(this.assigned().flatMap(({ leader }) => leader ?? []))];
    if (leaders.length === 0) throw new Moved('no partition has a leader');
    const loops = leaders.map((leader) => this.readFrom(leader, ended.signal).finally(() => ended.abort()));
    ended.signal.addEventListener('abort', () => this.changed.fire());
    const results = await Promise.allSettled(loops);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async findLeaders(): Promise<void> {
    const topics = [...new Set(this.assigned().map(({ topic }) => topic))];
    const layouts = new Map((await topicLayouts(this.options.settings, topics)).map((layout) => [layout.topic, layout]));
    for (const reading of this.assigned()) {
      const layout = layouts.get(reading.topic);
      const known = this.topicIds.get(reading.topic);
      if (layout !== undefined && known !== undefined && known !== layout.id) {
        this.options.onTopicLost(new Error(`topic ${reading.topic} was deleted and created again`));
      }
      if (layout !== undefined) this.topicIds.set(reading.topic, layout.id);
      reading.leader = layout?.leaders[reading.partition] ?? null;
    }
  }

  private async readFrom(leader: string, ended: AbortSignal): Promise<void> {
    const pool = new FramePool();
    const connection = await BrokerConnection.open(this.options.settings, leader, requestTimeoutMs, (bytes) => pool.take(bytes));
    // Whoever is without a leader now may have one soon.
    const leaderlessUntil = this.assigned().some((reading) => reading.leader === null) ? performance.now() + idleWaitMs : Infinity;
    try {
      while (!ended.aborted && !this.stopped) {
        const known = this.changed.version;
        const mine = this.assigned().filter((reading) => reading.leader === leader);
        if (performance.now() > leaderlessUntil) throw new Moved('a partition had no leader');
        if (mine.length === 0 || this.assigned().some((reading) => reading.leader === undefined)) throw new Reassigned();
        await Promise.all(mine.filter(({ position }) => position === undefined).map((reading) => this.begin(reading)));
        const wanted = mine.filter(({ position, waiting }) => position !== undefined && waiting === undefined);
        if (wanted.length === 0 || this.paused) {
          await this.changed.wait(known, idleWaitMs);
          this.options.onPoll();
          continue;
        }
        await connection.renewIfDue(performance.now());
        await this.fetch(connection, pool, wanted, wanted.length < mine.length ? busyWaitMs : idleWaitMs);
      }
    } finally {
      connection.close();
    }
  }

  private async begin(reading: Reading): Promise<void> {
    await this.options.settled();
    const { epoch } = reading;
    if (reading.position !== undefined) return;
    const offset = await this.options.begin({ topic: reading.topic, partition: reading.partition });
    if (reading.epoch === epoch && reading.assigned) reading.position = offset;
  }

  private async fetch(connection: BrokerConnection, pool: FramePool, wanted: readonly Reading[], maxWaitMs: number): Promise<void> {
    const asked = wanted.map((reading): Question => ({ reading, epoch: reading.epoch, offset: reading.position! }));
    const positions = asked.map(({ reading: { topic, partition }, offset }) => ({ topic, partition, offset }));
    const frame = await connection.send(fetchApi, fetchBody(positions, { ...limits, maxWaitMs }));
    this.options.onPoll();
    const answer = readFetch(frame);
    if (answer.code !== 0) throw new Error(`the broker refused to be read: code ${answer.code}`);
    const claim = pool.claim(frame);
    try {
      for (const part of answer.partitions) {
        const question = asked.find(({ reading }) => reading.topic === part.topic && reading.partition === part.partition);
        if (question !== undefined) await this.take(question, part, frame, claim);
      }
    } finally {
      claim.release();
    }
    // The broker has already waited for it; asking again earlier would only be answered later.
    if (answer.throttleMs > 0) await sleep(answer.throttleMs, this.stopping.signal);
  }

  private async take({ reading, epoch, offset }: Question, part: FetchedPartition, frame: Buffer, claim: Claim): Promise<void> {
    const isCurrent = (): boolean => reading.epoch === epoch;
    if (part.code === fetchCodes.offsetOutOfRange) {
      const begin = await this.options.begin({ topic: reading.topic, partition: reading.partition });
      this.options.log.warn('the position is no longer there', { topic: reading.topic, partition: reading.partition, offset, begin });
      if (isCurrent()) reading.position = begin;
      return;
    }
    if (moved.has(part.code)) throw new Moved(`code ${part.code}`);
    if (part.code !== 0) throw new Error(`the broker refused ${part.topic}/${part.partition}: code ${part.code}`);
    if (part.to === part.from) return;
    const { topic, partition, from, to, highWatermark, aborted } = part;
    const data = { topic, partition, bytes: frame, from, to, highWatermark, aborted };
    const { batch, nextOffset } = await decodePartition(data, offset, this.options.checksum ?? castagnoli);
    if (!isCurrent()) return;
    reading.position = nextOffset;
    if (batch === undefined) return;
    reading.keep(batch, claim);
    this.changed.fire();
  }
}
