import type { ConsumerGroup } from '@drawbridge/contracts';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions, ConsumerHealth, EventLog, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import { firstLaneOf, type PredictionTopic } from '../domain/lanes.js';
import type { MonitorDirectory } from '../persistence/monitor.directory.js';
import type { TopicReplaced } from '../persistence/position.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import { Repeating } from '../repeating.js';
import type { Partitions } from './partitions.js';
import type { ReadEnds } from './read-ends.js';

/** A topic that brings predictions, and who reads it. */
export interface IntakeTopic {
  readonly name: PredictionTopic;
  readonly group: ConsumerGroup;
  consume(eventLog: EventLog, hooks: IntakeHooks): Promise<BatchConsumption>;
}

export type IntakeHooks = Pick<ConsumeBatchesOptions, 'onAssign' | 'onRevoke' | 'handle'>;

/** What makes rows of the records. */
export interface IntakeHandler {
  handle(batch: RecordBatch, control: BatchControl): Promise<void>;
}

/**
 * Runs the intake of one topic: consumer, timed flushes, monitors read again, read ends. Stops loudly when the topic was
 * replaced. What is done by time is done side by side: a flush must never wait for an answer of Kafka.
 */
export class IntakeService {
  private consumption: BatchConsumption | undefined;
  private broken: TopicReplaced | undefined;
  private readonly ofDatabase: readonly Repeating[];
  private readonly ofKafka: readonly Repeating[];

  constructor(
    private readonly topic: IntakeTopic,
    private readonly eventLog: EventLog,
    private readonly directory: MonitorDirectory,
    private readonly watermarks: WatermarkStore,
    private readonly partitions: Partitions,
    private readonly intake: IntakeHandler,
    readEnds: ReadEnds,
    private readonly options: { readonly tickMs: number; readonly log: Logger },
  ) {
    const timed = (work: () => Promise<unknown>): Repeating => new Repeating(work, options.tickMs, 0, options.log);
    this.ofDatabase = [timed(() => directory.refresh()), timed(() => partitions.flushDue())];
    this.ofKafka = [timed(() => partitions.follow()), timed(() => readEnds.look())];
  }

  async start(): Promise<void> {
    await this.directory.refresh();
    const { name, group } = this.topic;
    this.partitions.identify(await this.eventLog.topicId(name));
    const known = await this.eventLog.lag(group, [name]);
    await this.addLanes(known);
    for (const { partition } of known) await this.partitions.check(partition);
    this.consumption = await this.topic.consume(this.eventLog, {
      onAssign: (assigned) => {
        // First, and it cannot fail: a partition that is not known to be ours is never flushed by time.
        this.partitions.assign(assigned);
        return this.addLanes(assigned);
      },
      onRevoke: (revoked) => this.partitions.revoke(revoked),
      handle: (batch, control) => (this.broken === undefined ? this.intake.handle(batch, control) : this.refuse()),
    });
    await Promise.all([...this.ofDatabase, ...this.ofKafka].map((repeating) => repeating.start()));
  }

  /** No more batches, then a flush of what was read, then the group is left. */
  async stop(): Promise<void> {
    this.partitions.hurry();
    this.consumption?.pause();
    // Not waited for: a Kafka that does not answer must not hold up the flush.
    for (const repeating of this.ofKafka) void repeating.stop();
    await Promise.all(this.ofDatabase.map((repeating) => repeating.stop()));
    await this.partitions.drain();
    await this.consumption?.stop();
  }

  health(): ConsumerHealth | undefined {
    const health = this.consumption?.health();
    return this.broken === undefined || health === undefined ? health : { ...health, alive: false };
  }

  /** Told by the partitions that the topic is another one than before. */
  replaced(error: TopicReplaced): void {
    if (this.broken !== undefined) return;
    this.broken = error;
    const { topic, partition, message, fix } = error;
    this.options.log.error(`reading has stopped: ${message}`, { topic, partition, fix });
  }

  private addLanes(partitions: readonly { readonly partition: number }[]): Promise<void> {
    const first = firstLaneOf(this.topic.name);
    return this.watermarks.addLanes(partitions.map(({ partition }) => first + partition));
  }

  private refuse(): Promise<void> {
    return Promise.reject(this.broken);
  }
}
