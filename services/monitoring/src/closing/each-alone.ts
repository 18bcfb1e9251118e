import type { Transaction } from '@drawbridge/postgres';
import type { Database } from '../persistence/database.js';

/**
 * Works on each item in a transaction of its own. One that fails is told and left for the next round; it never holds up
 * the others.
 */
export async function eachAlone<T>(
  database: Pick<Database, 'transaction'>,
  items: readonly T[],
  work: (tx: Transaction, item: T) => Promise<void>,
  failed: (item: T, error: unknown) => void,
): Promise<void> {
  for (const item of items) {
    try {
      await database.transaction((tx) => work(tx, item));
    } catch (error) {
      failed(item, error);
    }
  }
}
