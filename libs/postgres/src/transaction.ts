import type { DataSource } from 'typeorm';
import type { Transaction } from './database.js';
import { isTransient } from './errors.js';

const attempts = 5;

/**
 * Runs `fn` in one transaction and commits. A conflict with another transaction (deadlock, serialization) is repeated
 * from the start, so `fn` must not touch anything but the transaction; every other error is passed on.
 */
export async function inTransaction<T>(source: DataSource, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await source.transaction(fn);
    } catch (error) {
      if (attempt >= attempts || !isConflict(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** attempt * Math.random()));
    }
  }
}

function isConflict(error: unknown): boolean {
  return isTransient(error) && ['40001', '40P01', '55P03'].includes(sqlState(error) ?? '');
}

function sqlState(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
