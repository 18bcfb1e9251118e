import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from './database.js';

/** Runs in the transaction, after its work and with what that returned. Throwing rolls everything back. */
export type BeforeCommit = (tx: Transaction, result: unknown) => Promise<void>;

interface Scope {
  readonly hook: BeforeCommit;
  open: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Runs `work`; every transaction that it opens with `inTransaction` ends with the hook. What `work` started and left
 * behind is its own affair: the hook is gone when `work` has ended.
 */
export async function withBeforeCommit<T>(hook: BeforeCommit, work: () => Promise<T>): Promise<T> {
  const scope: Scope = { hook, open: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.open = false;
  }
}

/** The hook of whoever is running now. */
export function hookOfCaller(): BeforeCommit | undefined {
  const scope = scopes.getStore();
  return scope?.open === true ? scope.hook : undefined;
}
