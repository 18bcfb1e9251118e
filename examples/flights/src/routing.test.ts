import { describe, expect, test } from '@jest/globals';
import { Splitter, type Target } from './routing.js';

const ROWS = Array.from({ length: 50_000 }, (_, row) => row * 3);
const canary = (weight: number): Target[] => [
  { version: '1', weight: 100 - weight, variant: 'stable' },
  { version: '2', weight, variant: 'candidate' },
];
const rowsOf = (targets: readonly Target[], version: string): Set<number> => {
  const splitter = new Splitter(targets);
  return new Set(ROWS.filter((row) => splitter.of(row).version === version));
};

describe('the split of flights between versions', () => {
  test.each([1, 10, 25, 50, 100])('gives the candidate its %i %%', (weight) => {
    const share = rowsOf(canary(weight), '2').size / ROWS.length;
    expect(Math.abs(share - weight / 100)).toBeLessThan(0.005);
  });

  test('is the same for the same flight, however the targets are listed', () => {
    expect(rowsOf(canary(10), '2')).toEqual(rowsOf([...canary(10)].reverse(), '2'));
  });

  test('never takes a flight from a candidate whose weight grows', () => {
    const small = rowsOf(canary(10), '2');
    const large = rowsOf(canary(25), '2');
    expect([...small].every((row) => large.has(row))).toBe(true);
  });

  test('gives nothing to a shadow or to a weight of zero', () => {
    const splitter = new Splitter([
      { version: '1', weight: 100, variant: 'stable' },
      { version: '2', weight: 0, variant: 'candidate' },
      { version: '3', weight: 50, variant: 'shadow' },
    ]);
    expect(new Set(ROWS.map((row) => splitter.of(row).version))).toEqual(new Set(['1']));
  });

  test('refuses a routing that leads nowhere', () => {
    expect(() => new Splitter([{ version: '1', weight: 0 }])).toThrow('no target with a weight above zero');
  });
});
