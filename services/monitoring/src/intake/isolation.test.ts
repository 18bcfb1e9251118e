import { describe, expect, test } from '@jest/globals';
import { Isolation } from './isolation.js';

const refused = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' });

/** Flushes records until all are done or nothing moves; those at `bad` cannot be stored, but their dead letters can. */
function flushAll(records: number, bad: ReadonlySet<number>, error: Error): { stored: number; dead: number[]; flushes: number } {
  const isolation = new Isolation(5000);
  const dead: number[] = [];
  let [at, flushes, stored] = [0, 0, 0];
  while (at < records && flushes < 10_000) {
    flushes += 1;
    const to = Math.min(records, at + Math.min(5000, isolation.limit));
    const culprits = Array.from({ length: to - at }, (_, i) => at + i).filter((i) => bad.has(i));
    if (culprits.some((offset) => !isolation.condemned.has(offset))) {
      expect(isolation.failed(to - at, at, error)).toBe(true);
      continue;
    }
    dead.push(...culprits);
    stored += to - at - culprits.length;
    at = to;
    isolation.passed(at);
  }
  return { stored, dead, flushes };
}

describe('the record that makes a flush fail', () => {
  test.each([
    ['one in the middle', [4321]],
    ['the first and the last', [0, 19_999]],
    ['neighbours', [700, 701, 702]],
    ['one of each hundred', Array.from({ length: 200 }, (_, i) => i * 100 + 7)],
  ])('is found alone: %s', (_, bad) => {
    const { stored, dead, flushes } = flushAll(20_000, new Set(bad), refused);
    expect(dead).toEqual(bad);
    expect(stored).toBe(20_000 - bad.length);
    expect(flushes).toBeLessThan(20 + 60 * bad.length);
  });

  test('a bug must show itself again and again before a record is condemned for it', () => {
    const isolation = new Isolation(5000);
    const bug = new TypeError('x is not a function');
    expect([1, 2].map(() => isolation.failed(1, 5, bug))).toEqual([true, true]);
    expect(isolation.condemned.size).toBe(0);
    isolation.failed(1, 5, bug);
    expect(isolation.condemned.get(5)).toMatchObject({ code: 'handler-error', message: 'TypeError: x is not a function' });
  });

  test('is not looked for when the database is away, or a table is missing', () => {
    const isolation = new Isolation(5000);
    for (const error of [away, Object.assign(new Error('no table'), { code: '42P01' }), new Error('anything')]) {
      expect(isolation.failed(5000, 0, error)).toBe(false);
    }
    expect(isolation.limit).toBe(Infinity);
  });

  test('is not the one whose dead letter is refused as well', () => {
    const isolation = new Isolation(5000);
    expect(isolation.failed(1, 7, refused)).toBe(true);
    expect(isolation.failed(1, 7, refused)).toBe(false);
  });
});
