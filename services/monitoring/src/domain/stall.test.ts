import { describe, expect, test } from '@jest/globals';
import { type Arrivals, silenceOf } from './stall.js';

const now = 10_000_000;

describe('silence', () => {
  const newest = { storedMs: now - 400_000, eventMs: now - 401_000 };
  const arrivals: Arrivals = {
    newest,
    trafficSinceMs: 0,
    recentRows: [3600, 3700, 10],
    windowSeconds: 3600,
    latenessSeconds: 300,
  };

  test('of a live stream is a stall', () => {
    expect(silenceOf(arrivals, now, 300_000)).toEqual({ stalled: true, expectedEverySeconds: 1 });
  });

  test('is none before the least time, nor before twenty usual gaps', () => {
    expect(silenceOf(arrivals, now, 500_000).stalled).toBe(false);
    expect(silenceOf({ ...arrivals, recentRows: [100] }, now, 300_000).stalled).toBe(false);
  });

  test('after a replay of the past is none', () => {
    expect(silenceOf({ ...arrivals, newest: { ...newest, eventMs: now - 86_400_000 } }, now, 300_000).stalled).toBe(false);
  });

  test('is unknown before a window closed', () => {
    expect(silenceOf({ ...arrivals, recentRows: [] }, now, 300_000)).toEqual({ stalled: false, expectedEverySeconds: undefined });
  });

  test('counts from the return of the traffic, not from the rows before it', () => {
    expect(silenceOf({ ...arrivals, trafficSinceMs: now - 100_000 }, now, 300_000).stalled).toBe(false);
  });
});

describe('a monitor that never saw a row', () => {
  const arrivals: Arrivals = { newest: undefined, trafficSinceMs: now - 400_000, recentRows: [], windowSeconds: 300, latenessSeconds: 60 };

  test('is stalled once its first window could have closed, and never before the least time', () => {
    expect(silenceOf(arrivals, now, 300_000)).toEqual({ stalled: true, expectedEverySeconds: undefined });
    expect(silenceOf({ ...arrivals, windowSeconds: 3600 }, now, 300_000).stalled).toBe(false);
    expect(silenceOf(arrivals, now, 500_000).stalled).toBe(false);
  });

  test('is not missed without traffic', () => {
    expect(silenceOf({ ...arrivals, trafficSinceMs: undefined }, now, 300_000).stalled).toBe(false);
  });
});
