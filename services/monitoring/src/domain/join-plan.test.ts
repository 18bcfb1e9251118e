import { describe, expect, test } from '@jest/globals';
import { partitionsToRead, type Stored, worthReading } from './join-plan.js';

const DAY = 86_400_000;
const day = (n: number, rows: number): Stored => ({ name: `d${n}`, fromMs: n * DAY, toMs: (n + 1) * DAY, bytes: rows * 450 });

describe('labels are joined', () => {
  test.each([
    ['a few', 100, 1000, false],
    ['a few of a small table', 19_999, 20_000, false],
    ['half of a day', 500_000, 1_000_000, true],
    ['a hundredth of a day', 20_000, 2_000_000, false],
  ])('%s', (_, labels, rows, whole) => {
    expect(worthReading(labels, rows * 450)).toBe(whole);
  });

  test('with the partition in whose time their ids were made', () => {
    const partitions = [day(12, 1_000_000), day(11, 1_000_000), day(10, 1_000_000)];
    const days = [
      { dayMs: 12 * DAY, labels: 400_000 },
      { dayMs: 11 * DAY, labels: 50 },
      { dayMs: 9 * DAY, labels: 400_000 },
      { dayMs: undefined, labels: 400_000 },
    ];
    expect(partitionsToRead(days, partitions).map(({ name }) => name)).toEqual(['d12']);
  });

  test('with a month, when its days together are many', () => {
    const month = { name: 'm', fromMs: 0, toMs: 30 * DAY, bytes: 450_000_000 };
    const days = Array.from({ length: 30 }, (_, n) => ({ dayMs: n * DAY, labels: 15_000 }));
    expect(partitionsToRead(days, [month])).toEqual([month]);
    expect(partitionsToRead(days.slice(0, 5), [month])).toEqual([]);
  });
});
