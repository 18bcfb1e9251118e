import type { ConsumerGroup } from '@drawbridge/contracts';
import type { BatchConsumption, BatchControl, ConsumeBatchesOptions, ConsumerHealth, EventLog, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import { firstLaneOf, type PredictionTopic } from '../domain/lanes.js';
import type { MonitorDirectory } from '../persistence/monitor.directory.js';
import type { TopicReplaced } from '../persistence/position.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
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

/** Runs the intake of one topic: consumer, timed flushes, monitors read again, read ends. Stops loudly when the topic was replaced. */
export class IntakeService {
  private consumption: BatchConsumption | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private broken: TopicReplaced | undefined;

  constructor(
    private readonly topic: IntakeTopic,
    private readonly eventLog: EventLog,
    private readonly directory: MonitorDirectory,
    private readonly watermarks: WatermarkStore,
    private readonly partitions: Partitions,
    private readonly intake: IntakeHandler,
    private readonly readEnds: ReadEnds,
    private readonly options: { readonly tickMs: number; readonly log: Logger },
  ) {}

  async start(): Promise<void> {
    this.stopped = false;
    await this.directory.refresh();
    const { name, group } = this.topic;
    this.partitions.identify(await this.eventLog.topicId(name));
    const known = await this.eventLog.lag(group, [name]);
    await this.addLanes(known);
    for (const { partition } of known) await this.partitions.check(partition);
    this.consumption = await this.topic.consume(this.eventLog, {
      onAssign: async (assigned) => {
        await this.addLanes(assigned);
        this.partitions.assign(assigned);
      },
      onRevoke: (revoked) => this.partitions.revoke(revoked),
      handle: (batch, control) => (this.broken === undefined ? this.intake.handle(batch, control) : this.refuse()),
    });
    this.schedule();
  }

  /** Consumer first, then what it left unflushed. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
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

  private schedule(): void {
    this.timer = setTimeout(() => void this.tick(), this.options.tickMs);
  }

  private async tick(): Promise<void> {
    try {
      await this.directory.refresh();
      await this.partitions.tick();
      await this.readEnds.look();
    } catch (error) {
      this.options.log.warn('timed work of the intake failed, trying again', { error });
    }
    if (!this.stopped) this.schedule();
  }
}
