import type { Transaction } from '@drawbridge/postgres';
import { type Database, rows } from './database.js';

/** The topic was deleted and created again: its offsets mean something else now, and only a person can decide. */
export class TopicReplaced extends Error {
  readonly fix = 'remove its rows from consumer_offsets to read the new topic from its beginning, then restart';

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {
    super(`topic ${topic} is not the one partition ${partition} was read from: it was deleted and created again`);
    this.name = 'TopicReplaced';
  }
}

/** Where reading stands, per partition. The compare-and-swap of `advance` is what makes every record count once. */
export class PositionStore {
  constructor(private readonly database: Database) {}

  /** The next offset to read; undefined when the partition was never read. Throws TopicReplaced. */
  async load(topic: string, topicId: string, partition: number): Promise<bigint | undefined> {
    const found = await this.database.query<{ topic_id: string; next: string }>(
      'SELECT topic_id::text, next::text FROM consumer_offsets WHERE topic = $1 AND partition = $2',
      [topic, partition],
    );
    const row = found[0];
    if (row === undefined) return undefined;
    if (row.topic_id !== topicId) throw new TopicReplaced(topic, partition);
    return BigInt(row.next);
  }

  async begin(topic: string, topicId: string, partition: number, next: bigint): Promise<void> {
    await this.database.query(
      'INSERT INTO consumer_offsets (topic, topic_id, partition, next) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [topic, topicId, partition, String(next)],
    );
  }

  /** False when somebody else moved the position: nothing of this transaction may be kept then. */
  async advance(tx: Transaction, topic: string, topicId: string, partition: number, from: bigint, to: bigint): Promise<boolean> {
    const moved = await rows<{ next: string }>(
      tx,
      `WITH moved AS (
         UPDATE consumer_offsets SET next = $5
         WHERE topic = $1 AND topic_id::text = $2 AND partition = $3 AND next = $4
         RETURNING next
       ) SELECT next::text FROM moved`,
      [topic, topicId, partition, String(from), String(to)],
    );
    return moved.length === 1;
  }
}
