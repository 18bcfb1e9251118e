import { expect, test } from '@jest/globals';
import { graceFor, stopBudgetMs, type StopRow } from './stop-budget.js';

const rows: StopRow[] = [
  { names: ['console'], reserveMs: 500 },
  { names: ['kafka'], reserveMs: 1500 },
  { names: ['postgres'], reserveMs: 1000 },
];

test.each([
  ['the first row may take all but what the others must have', 0, 0, stopBudgetMs - 2500],
  ['a later row gets what is left', 1, 4000, stopBudgetMs - 4000 - 1000],
  ['the last row gets the rest', 2, 4000, stopBudgetMs - 4000],
  ['a late row keeps its reserve', 2, stopBudgetMs, 1000],
])('%s', (_name, index, elapsed, expected) => {
  expect(graceFor(rows, index, elapsed)).toBe(expected);
});

test('even if every row takes all it may, the whole stays within the budget', () => {
  let elapsed = 0;
  for (let i = 0; i < rows.length; i += 1) elapsed += graceFor(rows, i, elapsed);
  expect(elapsed).toBe(stopBudgetMs);
});
