import { describe, expect, test } from '@jest/globals';
import { restartDelayMs, restartNumber, stableAfterMs } from './restart-policy.js';

describe('restart policy', () => {
  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [7, 30_000],
    [50, 30_000],
  ])('restart %i waits %i ms', (n, expected) => {
    expect(restartDelayMs(n)).toBe(expected);
  });

  test.each([
    ['ended at once', 3, 10, 4],
    ['ended just before it counted as stable', 3, stableAfterMs - 1, 4],
    ['lived long', 3, stableAfterMs, 1],
    ['first time', 0, 10, 1],
  ])('%s', (_name, last, lived, expected) => {
    expect(restartNumber(last, lived)).toBe(expected);
  });
});
