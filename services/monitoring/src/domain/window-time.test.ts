import { describe, expect, test } from '@jest/globals';
import { arrivalOf, windowStart } from './window-time.js';

describe('event time', () => {
  const timing = { windowMs: 60_000, latenessMs: 10_000, horizonMs: 600_000 };

  test('windows are aligned to 1970, before it too', () => {
    expect([windowStart(119_999, 60_000), windowStart(120_000, 60_000), windowStart(-1, 60_000)]).toEqual([60_000, 120_000, -60_000]);
  });

  test.each([
    [-Infinity, 'in-time'],
    [69_999, 'in-time'],
    [70_000, 'late'],
    [659_999, 'late'],
    [660_000, 'beyond-horizon'],
  ])('with a watermark of %d a row of the first window is %s', (watermark, arrival) => {
    expect(arrivalOf(0, watermark, timing)).toBe(arrival);
  });
});
