import type { DataSource } from 'typeorm';
import { committed } from './after-commit.js';
import { hookOfCaller } from './before-commit.js';
import type { Transaction } from './database.js';
import { isConflict } from './errors.js';

const attempts = 6;

/**
 * Runs `fn` in one transaction and commits. A conflict with another transaction (deadlock, serialization) is repeated
 * from the start, so `fn` must touch nothing but the transaction. Every other error is passed on, also a lost
 * connection: whether its commit arrived is not known, and only the caller knows whether repeating is safe. A hook of
 * `withBeforeCommit` is the last that happens in it.
 */
export async function inTransaction<T>(source: DataSource, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  const beforeCommit = hookOfCaller();
  for (let attempt = 1; ; attempt += 1) {
    try {
      let used: Transaction | undefined;
      const result = await source.transaction(async (tx) => {
        used = tx;
        const made = await fn(tx);
        await beforeCommit?.(tx, made);
        return made;
      });
      if (used !== undefined) committed(used);
      return result;
    } catch (error) {
      if (attempt >= attempts || !isConflict(error)) throw error;
      const waitMs = 5 * 2 ** attempt * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
