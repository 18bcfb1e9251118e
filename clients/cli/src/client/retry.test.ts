import { expect, test } from '@jest/globals';
import { pauseBefore, retryAfterMs } from './retry.js';

const now = new Date('2026-03-05T12:00:00Z');

test.each([
  [null, undefined],
  ['', undefined],
  ['3', 3000],
  ['Thu, 05 Mar 2026 12:00:07 GMT', 7000],
  ['Thu, 05 Mar 2026 11:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
});

test('the pause grows, is drawn at random and has a bound', () => {
  const most = (attempt: number): number | undefined => pauseBefore(attempt, null, now, () => 1);
  expect([most(1), most(2), most(3), most(4)]).toEqual([200, 400, 800, undefined]);
  expect(pauseBefore(3, null, now, () => 0)).toBe(0);
  expect(pauseBefore(9, null, now, () => 1, { attempts: 99, baseMs: 200, capMs: 5000 })).toBe(5000);
});

test('Retry-After is never shortened, and a long one is not waited for', () => {
  expect(pauseBefore(1, '2', now, () => 0)).toBe(2000);
  expect(pauseBefore(1, '2', now, () => 1)).toBeGreaterThan(2000);
  expect(pauseBefore(1, '3600', now)).toBeUndefined();
});
