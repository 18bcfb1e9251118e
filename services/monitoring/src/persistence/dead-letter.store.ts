import type { ConsumerGroup } from '@drawbridge/contracts';
import type { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { DeadRecord } from './flush.store.js';

/** Dead letters are outbox rows of the transaction that moves the position, so each is written once. */
export class DeadLetterStore {
  constructor(private readonly outbox: Outbox) {}

  async add(tx: Transaction, group: ConsumerGroup, { message, reason, detail, row }: DeadRecord): Promise<void> {
    await this.outbox.deadLetter(tx, { group, message, reason, error: detail, row });
  }
}
