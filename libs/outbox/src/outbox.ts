import type { ConsumerGroup, ServiceName, Topic } from '@drawbridge/contracts';
import type { KafkaMessage } from '@drawbridge/kafka';
import type { Transaction } from '@drawbridge/postgres';
import type { AppendEvent } from './event.js';

export interface DeadLetterInput {
  readonly group: ConsumerGroup;
  readonly message: KafkaMessage;
  readonly reason: string;
  readonly error?: unknown;
  readonly attempts?: number;
  readonly firstSeen?: Date;
}

export interface OutboxOptions {
  readonly service: ServiceName;
  readonly installation: string;
}

export class Outbox {
  constructor(private readonly options: OutboxOptions) {}

  append<T extends Topic>(_tx: Transaction, _event: AppendEvent<T>): Promise<{ id: string; sequence: number }> {
    throw new Error(this.options.service);
  }
  appendState<T extends Topic>(_tx: Transaction, _event: AppendEvent<T>): Promise<{ id: string; sequence: number }> {
    throw new Error('pending');
  }
  tombstone(_tx: Transaction, _state: { topic: Topic; aggregateType: string; aggregateId: string }): Promise<void> {
    throw new Error('pending');
  }
  deadLetter(_tx: Transaction, _input: DeadLetterInput): Promise<void> {
    throw new Error('pending');
  }
}
