import type { Database } from './database.js';
import { plainArray } from './database.js';

export interface StoredReach {
  readonly topic: string;
  readonly partition: number;
  /** Undefined before the first read. */
  readonly next: number | undefined;
  readonly asOfMs: number | undefined;
}

/** Positions as they stand with the counts, and how far the partitions were known to be stored. */
export class FreshnessStore {
  constructor(private readonly database: Database) {}

  async reaches(topics: readonly string[]): Promise<StoredReach[]> {
    const found = await this.database.query<{ topic: string; partition: number; next: string | null; as_of: Date | null }>(
      `SELECT topic, partition, o.next::text AS next, f.as_of
       FROM (SELECT * FROM consumer_offsets WHERE topic = ANY($1::text[])) o
       FULL JOIN (SELECT * FROM partition_freshness WHERE topic = ANY($1::text[])) f USING (topic, partition)`,
      [topics],
    );
    return found.map(({ topic, partition, next, as_of }) => ({
      topic,
      partition,
      next: next === null ? undefined : Number(next),
      asOfMs: as_of?.getTime(),
    }));
  }

  /** Several processes may write; the newest word stays. */
  async keep(reaches: readonly { readonly topic: string; readonly partition: number; readonly asOfMs: number }[]): Promise<void> {
    if (reaches.length === 0) return;
    const sorted = reaches.toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
    await this.database.query(
      `INSERT INTO partition_freshness AS known (topic, partition, as_of)
       SELECT topic, partition, to_timestamp(as_of_ms / 1000.0) FROM unnest($1::text[], $2::int[], $3::float8[]) AS new (topic, partition, as_of_ms)
       ON CONFLICT (topic, partition) DO UPDATE SET as_of = excluded.as_of WHERE known.as_of < excluded.as_of`,
      [sorted.map(({ topic }) => topic), plainArray(sorted.map((one) => one.partition)), plainArray(sorted.map((one) => one.asOfMs))],
    );
  }
}
