import { expect, test } from '@jest/globals';
import type { Transaction } from '@drawbridge/postgres';
import { eachAlone } from './each-alone.js';

test('a monitor whose turn fails is told and does not hold up the others', async () => {
  const database = { transaction: <T>(fn: (tx: Transaction) => Promise<T>): Promise<T> => fn({} as Transaction) };
  const done: string[] = [];
  const failures: unknown[] = [];
  await eachAlone(
    database,
    ['a', 'b', 'c'],
    (_tx, id) => {
      if (id === 'b') return Promise.reject(new Error('locked'));
      done.push(id);
      return Promise.resolve();
    },
    (id, error) => failures.push([id, (error as Error).message]),
  );
  expect({ done, failures }).toEqual({ done: ['a', 'c'], failures: [['b', 'locked']] });
});
