import { describe, expect, test } from '@jest/globals';
import { rateOf } from './rate.js';

/** A second of the sender's 10 and the service's flush of 4000 every 800 ms, seen every 200 ms from a moment on. */
function seen(fromMs: number, toMs: number): { ms: number; sent: number; counted: number }[] {
  return Array.from({ length: (toMs - fromMs) / 200 }, (_, index) => {
    const ms = fromMs + index * 200;
    return { ms, sent: 20_000 + ms * 15, counted: Math.floor(ms / 800) * 4000 };
  });
}

describe('rows per second', () => {
  test.each([
    [0, 8000],
    [200, 8600],
    [700, 9100],
  ])('are the same wherever the time cuts a flush off: from %i to %i ms', (fromMs, toMs) => {
    expect(rateOf(seen(fromMs, toMs))).toMatchObject({ sentPerSecond: 15_000, countedPerSecond: 5000 });
  });

  test('a service that had nothing to do once was not at its limit', () => {
    const samples = [
      { ms: 0, sent: 100, counted: 50 },
      { ms: 100, sent: 200, counted: 200 },
      { ms: 200, sent: 300, counted: 200 },
    ];
    expect(rateOf(samples).leastBacklog).toBe(0);
  });

  test('nothing counted is no rate', () => {
    expect(rateOf([{ ms: 0, sent: 1, counted: 0 }])).toMatchObject({ sentPerSecond: 0, countedPerSecond: 0 });
  });
});
