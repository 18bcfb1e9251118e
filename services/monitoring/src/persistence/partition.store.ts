import type { Transaction } from '@drawbridge/postgres';
import { type Database, rows } from './database.js';

/** A part of the stored predictions and their labels: all windows that begin from `fromMs` until before `toMs`. */
export interface Partition {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the predictions, without indexes. */
  readonly bytes: number;
}

/** The partitions of stored rows. Their sizes are the database's choice: this role may ask for them and may drop old ones, no more. */
export class PartitionStore {
  private known: readonly Partition[] = [];

  constructor(private readonly database: Database) {}

  /**
   * Makes room for rows of these windows, in a transaction of its own: what follows finds the partitions there. Most of the
   * time it is known to be.
   */
  async cover(startsMs: readonly number[]): Promise<void> {
    if (startsMs.every((start) => this.covers(start))) return;
    await this.database.query('SELECT cover_windows($1::timestamptz[])', [startsMs.map((start) => new Date(start))]);
    this.known = await this.list();
  }

  /** After a failure: a partition may have been dropped meanwhile. */
  forget(): void {
    this.known = [];
  }

  /** Newest first. */
  async list(): Promise<Partition[]> {
    const found = await this.database.query<{ name: string; from_at: string; to_at: string; bytes: string }>(
      'SELECT name, extract(epoch FROM from_at) AS from_at, extract(epoch FROM to_at) AS to_at, bytes FROM partitions()',
    );
    return found.map(({ name, from_at, to_at, bytes }) => ({
      name,
      fromMs: Number(from_at) * 1000,
      toMs: Number(to_at) * 1000,
      bytes: Number(bytes),
    }));
  }

  /** Those with predictions whose id does not say when they were made. */
  async astray(tx: Transaction): Promise<Set<string>> {
    const found = await rows<{ name: string }>(tx, 'SELECT name FROM astray_partitions');
    return new Set(found.map(({ name }) => name));
  }

  /** False when somebody dropped it already, or it holds a window that is kept. Waits for nobody for long: then it throws. */
  async drop(tx: Transaction, name: string): Promise<boolean> {
    const found = await rows<{ dropped: boolean }>(tx, 'SELECT drop_partition($1) AS dropped', [name]);
    return found[0]?.dropped === true;
  }

  private covers(startMs: number): boolean {
    return this.known.some(({ fromMs, toMs }) => startMs >= fromMs && startMs < toMs);
  }
}
