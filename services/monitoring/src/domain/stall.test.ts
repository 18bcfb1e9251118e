import { describe, expect, test } from '@jest/globals';
import { silenceOf } from './stall.js';

describe('silence', () => {
  const now = 10_000_000;
  const arrivals = { seenMs: now - 400_000, eventMs: now - 401_000, recentRows: [3600, 3700, 10], windowSeconds: 3600 };

  test('of a live stream is a stall', () => {
    expect(silenceOf(arrivals, now, 300_000)).toEqual({ stalled: true, expectedEverySeconds: 1 });
  });

  test('is none before the least time, nor before twenty usual gaps', () => {
    expect(silenceOf(arrivals, now, 500_000).stalled).toBe(false);
    expect(silenceOf({ ...arrivals, recentRows: [100] }, now, 300_000).stalled).toBe(false);
  });

  test('after a replay of the past is none', () => {
    expect(silenceOf({ ...arrivals, eventMs: now - 86_400_000 }, now, 300_000).stalled).toBe(false);
  });

  test('is unknown before a window closed', () => {
    expect(silenceOf({ ...arrivals, recentRows: [] }, now, 300_000)).toEqual({ stalled: false, expectedEverySeconds: undefined });
  });
});
