import { expect, test } from '@jest/globals';
import { holdsPath } from './evidence.js';

test.each([
  ['version.metrics.auc', true],
  ['version.metrics.constructor', false],
  ['version.metrics.auc.toString', false],
  ['version.tags.valueOf', true],
  ['version.tags.absent', false],
])('%s is there: %s', (path, expected) => {
  const tags = { valueOf: 'mine' } as unknown as Record<string, string>;
  expect(holdsPath({ version: { metrics: { auc: 0.8 }, tags } }, path)).toBe(expected);
});
