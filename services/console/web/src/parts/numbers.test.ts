import { describe, expect, test } from '@jest/globals';
import { bytes, count, interval, measure, milliseconds, percent } from './numbers.js';

describe('numbers as people read them', () => {
  test.each([
    [measure(0.000_123_456), '0.000123'],
    [measure(1234.5678), '1,230'],
    [measure(7), '7'],
    [measure(null), 'n/a'],
    [measure(Number.NaN), 'n/a'],
    [count(1234567), '1,234,567'],
    [count(undefined), 'n/a'],
    [percent(0.1234), '12.3 %'],
    [percent(null), 'n/a'],
    [interval([0.1, 0.25]), '[0.1, 0.25]'],
    [interval(undefined), ''],
    [bytes(512), '512 B'],
    [bytes(180_000), '175.8 KiB'],
    [milliseconds(0.25), '250 µs'],
    [milliseconds(12.34), '12.3 ms'],
    [milliseconds(2345), '2.35 s'],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });
});
