import type { Transaction } from './database.js';

const waiting = new WeakMap<Transaction, Set<() => void>>();

/**
 * Calls `listener` once after the transaction committed, when `inTransaction` runs it. For hints only: a process that
 * dies in between never calls it.
 */
export function afterCommit(tx: Transaction, listener: () => void): void {
  const listeners = waiting.get(tx) ?? new Set();
  listeners.add(listener);
  waiting.set(tx, listeners);
}

/** Calls and forgets what waits for this transaction. */
export function committed(tx: Transaction): void {
  const listeners = waiting.get(tx);
  waiting.delete(tx);
  for (const listener of listeners ?? []) listener();
}
