import { describe, expect, test } from '@jest/globals';
import { EndHistory, freshnessOf, type PartitionReach } from './freshness.js';

describe('the time up to which a partition is stored', () => {
  test('is the newest moment whose end the position has reached', () => {
    const history = new EndHistory(0);
    history.seen(10, 1000);
    history.seen(20, 2000);
    history.seen(20, 3000);
    history.seen(35, 4000);
    expect([history.asOf(9), history.asOf(10), history.asOf(34), history.asOf(35)]).toEqual([0, 1000, 3000, 4000]);
  });

  test('never goes back, and takes what another process knew', () => {
    const history = new EndHistory(500);
    history.seen(10, 1000);
    expect(history.asOf(10)).toBe(1000);
    history.seen(99, 2000);
    expect(history.asOf(10)).toBe(1000);
    history.learn(1700);
    history.learn(1600);
    expect(history.asOf(10)).toBe(1700);
  });

  test('becomes coarser, not wrong, when a partition lags for long', () => {
    const history = new EndHistory(0);
    for (let second = 1; second <= 10_000; second += 1) history.seen(second * 10, second * 1000);
    for (const next of [15, 40_000, 99_999]) {
      const asOf = history.asOf(next);
      expect(asOf / 100).toBeLessThanOrEqual(next);
    }
    expect(history.asOf(100_000)).toBe(10_000_000);
  });
});

describe('freshness', () => {
  const reach = (part: Partial<PartitionReach>): PartitionReach => ({
    topic: 'prediction.logged',
    partition: 0,
    low: 0,
    high: 100,
    next: 100,
    asOfMs: 9000,
    ...part,
  });

  test('is as old as the oldest partition, and lags by what all of them lack', () => {
    const all = [reach({ partition: 1, next: 70, asOfMs: 4000 }), reach({}), reach({ topic: 'label.received', next: 98, asOfMs: 8000 })];
    expect(freshnessOf(all, 10_000)).toEqual({
      asOf: '1970-01-01T00:00:04.000Z',
      projectedOffset: { 'prediction.logged': [100, 70], 'label.received': [98] },
      lag: 32,
      lagMs: 6000,
    });
  });

  test('knows no negative lag: the position may be newer than the end that was seen', () => {
    expect(freshnessOf([reach({ next: 120 })], 10_000)).toMatchObject({ lag: 0, lagMs: 1000 });
  });
});
