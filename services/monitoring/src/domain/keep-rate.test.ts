import { describe, expect, test } from '@jest/globals';
import { isKept } from './keep-rate.js';
import { textHash } from './text-hash.js';

const ids = Array.from({ length: 100_000 }, (_, i) => `flight-${i}`);

describe('which predictions are kept', () => {
  test('all of them at 1, none at 0', () => {
    expect(ids.every((id) => isKept(id, 1))).toBe(true);
    expect(ids.some((id) => isKept(id, 0))).toBe(false);
  });

  test.each([0.001, 0.1, 0.5, 0.9])('a share of %d of ids that only count up', (rate) => {
    const kept = ids.filter((id) => isKept(id, rate)).length;
    const spread = 4 * Math.sqrt(ids.length * rate * (1 - rate));
    expect(Math.abs(kept - rate * ids.length)).toBeLessThan(spread);
  });

  test('what a rate keeps, a higher one keeps too', () => {
    expect(ids.filter((id) => isKept(id, 0.1)).every((id) => isKept(id, 0.2))).toBe(true);
  });

  test('the hash never changes: labels and reruns depend on it', () => {
    // FNV-1a of "a" is e40c292c; of "é" it is over c3 a9.
    expect(['', 'a', 'flight-1', 'é', '\u{1f6eb}'].map(textHash)).toMatchInlineSnapshot(`
[
  2872998923,
  444641715,
  2469219932,
  2387039943,
  2858511400,
]
`);
  });
});
