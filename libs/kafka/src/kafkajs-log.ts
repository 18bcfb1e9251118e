import type { Logger } from '@drawbridge/telemetry';
import type {
  BatchConsumption,
  ConsumeBatchesOptions,
  ConsumeOptions,
  Consumption,
  EventLog,
  Following,
  FollowOptions,
  KafkaSettings,
  OutgoingMessage,
  PartitionLag,
} from './event-log.js';

/** The port over kafkajs. */
export class KafkajsLog implements EventLog {
  constructor(
    private readonly settings: KafkaSettings,
    private readonly log: Logger,
  ) {}

  connect(): Promise<void> {
    throw new Error(`not connected: ${this.settings.clientId}`);
  }
  close(): Promise<void> {
    throw new Error('pending');
  }
  produce(_messages: readonly OutgoingMessage[]): Promise<void> {
    this.log.debug('pending');
    throw new Error('pending');
  }
  consume(_options: ConsumeOptions): Promise<Consumption> {
    throw new Error('pending');
  }
  consumeBatches(_options: ConsumeBatchesOptions): Promise<BatchConsumption> {
    throw new Error('pending');
  }
  follow(_options: FollowOptions): Promise<Following> {
    throw new Error('pending');
  }
  lag(_group: string, _topics: readonly string[]): Promise<PartitionLag[]> {
    throw new Error('pending');
  }
  topicId(_topic: string): Promise<string> {
    throw new Error('pending');
  }
}
