import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { golden, relative } from '../../test/golden.js';
import { hellinger } from './hellinger.js';
import { jsDistanceBase2 } from './js.js';
import { kl } from './kl.js';
import { ks } from './ks.js';
import { lInfinity } from './linf.js';
import { psi } from './psi.js';
import { shares, smoothedShares } from './shares.js';
import { totalVariation } from './tv.js';
import { wasserstein1 } from './w1.js';

interface Case {
  p: number[];
  q: number[];
  psi: number;
  kl: number;
  jsDistanceBase2: number;
  hellinger: number;
  totalVariation: number;
  lInfinity: number;
  ks: number;
}

describe.each(golden<Case[]>('histograms'))('$p against $q', (c) => {
  test.each([
    ['psi', psi(smoothedShares(c.p), smoothedShares(c.q)), c.psi],
    ['kl', kl(smoothedShares(c.p), smoothedShares(c.q)), c.kl],
    ['jsDistanceBase2', jsDistanceBase2(shares(c.p), shares(c.q)), c.jsDistanceBase2],
    ['hellinger', hellinger(shares(c.p), shares(c.q)), c.hellinger],
    ['totalVariation', totalVariation(shares(c.p), shares(c.q)), c.totalVariation],
    ['lInfinity', lInfinity(shares(c.p), shares(c.q)), c.lInfinity],
    ['ks', ks(shares(c.p), shares(c.q)), c.ks],
  ])('%s', (_name, actual, expected) => {
    expect(relative(actual, expected)).toBeLessThan(1e-9);
  });
});

test('raw samples, one bin per value: KS and Wasserstein are those of the samples', () => {
  const sample = golden<{ x: number[]; y: number[]; ks: number; w1: number }>('two-samples');
  const values = [...new Set([...sample.x, ...sample.y])].sort((a, b) => a - b);
  const edges = values.slice(0, -1);
  const count = (s: number[]): Float64Array => shares(values.map((v) => s.filter((x) => x === v).length));
  expect(ks(count(sample.x), count(sample.y))).toBeCloseTo(sample.ks, 12);
  expect(wasserstein1(count(sample.x), count(sample.y), edges, values.at(-1)!)).toBeCloseTo(sample.w1, 12);
});

describe('properties', () => {
  const pair = fc
    .integer({ min: 2, max: 20 })
    .chain((k) => fc.tuple(fc.array(fc.nat(1000), { minLength: k, maxLength: k }), fc.array(fc.nat(1000), { minLength: k, maxLength: k })))
    .filter(([p, q]) => p.some((c) => c > 0) && q.some((c) => c > 0));

  test('no distance is negative, and none sees a difference between equals', () => {
    fc.assert(
      fc.property(pair, ([p, q]) => {
        for (const distance of [psi, kl, jsDistanceBase2, hellinger, totalVariation, lInfinity, ks]) {
          expect(distance(smoothedShares(p), smoothedShares(q))).toBeGreaterThanOrEqual(-1e-15);
          expect(distance(smoothedShares(p), smoothedShares(p))).toBeCloseTo(0, 12);
        }
      }),
    );
  });

  test('the symmetric ones are symmetric and the bounded ones bounded', () => {
    fc.assert(
      fc.property(pair, ([p, q]) => {
        for (const distance of [psi, jsDistanceBase2, hellinger, totalVariation, lInfinity, ks]) {
          const forth = distance(smoothedShares(p), smoothedShares(q));
          expect(distance(smoothedShares(q), smoothedShares(p))).toBeCloseTo(forth, 12);
          if (distance !== psi) expect(forth).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});
