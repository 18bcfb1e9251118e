import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BinIndex, quantileEdges } from './edges.js';

const sorted = (values: number[]): Float64Array => Float64Array.from(values).sort();

describe('quantile edges', () => {
  test('distinct values fall into bins of equal size', () => {
    const values = sorted(Array.from({ length: 6400 }, (_, i) => i));
    const edges = quantileEdges(values);
    const index = new BinIndex(edges);
    const counts = Array.from({ length: 64 }, () => 0);
    for (const x of values) counts[index.of(x)]! += 1;
    expect(counts).toEqual(Array.from({ length: 64 }, () => 100));
  });

  test('a value with more than one bin of rows gets a bin of its own', () => {
    const values = sorted([...Array.from({ length: 900 }, (_, i) => i), ...Array.from({ length: 100 }, () => 450.5)]);
    const edges = quantileEdges(values);
    expect(edges).toContain(450);
    expect(edges).toContain(450.5);
  });

  test('few distinct values merge into as many bins', () => {
    expect(quantileEdges(sorted([1, 1, 1, 2, 2, 3]))).toEqual([1, 2]);
    expect(quantileEdges(sorted([7, 7, 7]))).toEqual([]);
    expect(quantileEdges(new Float64Array(0))).toEqual([]);
  });
});

describe('bin lookup', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -50, max: 50 }),
    fc.constantFrom(0, -0, 5e-324, 1e308, -1e308),
  );

  test('agrees with counting the edges below, for any edges and any value', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 80 }), value, (values, x) => {
        const edges = [...new Set(values.map((v) => v + 0))].sort((a, b) => a - b);
        const index = new BinIndex(edges);
        for (const probe of [x, ...edges]) expect(index.of(probe)).toBe(edges.filter((edge) => edge < probe).length);
      }),
      { numRuns: 400 },
    );
  });
});
