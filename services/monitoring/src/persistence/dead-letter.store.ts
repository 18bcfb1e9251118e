import type { ConsumerGroup } from '@drawbridge/contracts';
import type { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { Database } from './database.js';
import type { DeadRecord } from './flush.store.js';

/** Dead letters are outbox rows of the transaction that moves the position, so each is written once. */
export class DeadLetterStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async add(tx: Transaction, group: ConsumerGroup, { message, whole, reason, detail, row }: DeadRecord): Promise<void> {
    await this.outbox.deadLetter(tx, { group, message, whole, reason, error: detail, row });
  }

  /** Where dead letters of a partition lie between two offsets. */
  async offsets(group: ConsumerGroup, topic: string, partition: number, from: bigint, to: bigint): Promise<Set<number>> {
    const found = await this.database.query<{ at: string }>(
      `SELECT record_offset AS at FROM dead_letters
       WHERE consumer_group = $1 AND topic = $2 AND partition = $3 AND record_offset >= $4 AND record_offset < $5`,
      [group, topic, partition, String(from), String(to)],
    );
    return new Set(found.map(({ at }) => Number(at)));
  }
}
