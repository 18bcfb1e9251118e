import { describe, expect, test } from '@jest/globals';
import { golden, relative } from '../../test/golden.js';
import { comparableCells } from '../cells.js';
import { assuredChiSquare } from './chi-square.js';
import { maxCellTest } from './max-cell.js';
import { componentsOf, ns3Reference, ns3Test } from './ns3.js';

interface Assured {
  reference: number[];
  window: number[];
  materiality: number;
  assuranceTail: number;
  p: number;
}

describe('assured chi-square', () => {
  test.each(golden<Assured[]>('assured'))('p $p', ({ reference, window, materiality, assuranceTail, p }) => {
    const cells = comparableCells(reference, window, reference.length);
    expect(cells.pooled).toBe(false);
    expect(relative(Math.exp(assuredChiSquare(cells, materiality, assuranceTail).logP), p)).toBeLessThan(1e-8);
  });

  test('the effect is the corrected size with an interval around it', () => {
    const reference = [40_000, 30_000, 20_000, 10_000];
    const { effect } = assuredChiSquare(comparableCells(reference, [300, 300, 250, 150], 4), 0.01, 0.02);
    // sum (q-p)^2/p = .025 + 0 + .0125 + .025, less (k-1)(1/m + 1/n)
    expect(effect.size).toBeCloseTo(0.0625 - 3 * (1 / 1000 + 1 / 100_000), 4);
    expect(effect.low).toBeGreaterThan(0.02);
    expect(effect.low).toBeLessThan(effect.size);
    expect(effect.high).toBeGreaterThan(effect.size);
  });
});

describe('pooling of thin cells', () => {
  test('depends on the reference and the sizes, not on what the window holds', () => {
    const reference = [5000, 4000, 980, 12, 8, 0];
    const calm = comparableCells(reference, [250, 200, 48, 1, 1, 0], 6);
    const odd = comparableCells(reference, [0, 0, 0, 0, 0, 500], 6);
    expect(calm.reference).toEqual(odd.reference);
    expect(calm.pooled).toBe(true);
    expect(calm.window.reduce((a, b) => a + b)).toBe(500);
    expect(odd.window.reduce((a, b) => a + b)).toBe(500);
  });

  test('a pool that is thin itself joins the smallest cell', () => {
    expect(comparableCells([500, 300, 1], [50, 30, 2], 3).reference).toEqual([500, 301]);
  });
});

describe('normal-score components', () => {
  interface Fixture {
    reference: number[];
    variances: number[];
    windows: { counts: number[]; components: number[] }[];
  }
  const fixture = golden<Fixture>('ns3');
  const reference = ns3Reference(fixture.reference, 64)!;

  test('variances follow the delta method', () => {
    reference.variances.forEach((v, j) => expect(relative(v, fixture.variances[j]!)).toBeLessThan(1e-9));
    // The variances published for 64 equal bins are for scores before scaling.
    expect(reference.variances[1]).toBeCloseTo(0.444, 2);
    expect(reference.variances[2]).toBeCloseTo(0.593, 2);
  });

  test.each(fixture.windows)('components $components', ({ counts, components }) => {
    const actual = componentsOf(reference, counts).components;
    actual.forEach((value, j) => expect(Math.abs(value - components[j]!)).toBeLessThan(1e-12));
  });

  test('names the component that moved', () => {
    const [, shifted, wider] = fixture.windows;
    expect(ns3Test(reference, shifted!.counts, 0.01, 0.02).component).toBe('location');
    expect(ns3Test(reference, wider!.counts, 0.01, 0.02).component).toBe('spread');
  });

  test('a shift within the materiality is no evidence, however many rows show it', () => {
    const { counts } = fixture.windows[1]!;
    expect(ns3Test(reference, counts, 0.05, 0.02).logP).toBe(0);
    expect(ns3Test(reference, counts, 0.02, 0.02).logP).toBeLessThan(-50);
  });

  test('one cell has no components', () => {
    expect(ns3Reference([100], 1)).toBeUndefined();
    expect(ns3Reference([0, 0], 2)).toBeUndefined();
  });
});

describe('largest cell', () => {
  const reference = Array.from({ length: 64 }, () => 1000);
  const uniform = Array.from({ length: 64 }, () => 20);

  test('finds a stuck value', () => {
    const stuck = uniform.map((c, i) => (i === 40 ? c + 120 : c));
    expect(maxCellTest(comparableCells(reference, stuck, 64), 0.01, 0.02).logP).toBeLessThan(-40);
  });

  test('says nothing about a window like the reference', () => {
    expect(maxCellTest(comparableCells(reference, uniform, 64), 0.01, 0.02).logP).toBe(0);
  });

  test('ignores cells that became emptier', () => {
    const emptier = uniform.map((c, i) => (i === 40 ? 0 : c));
    expect(maxCellTest(comparableCells(reference, emptier, 64), 0.01, 0.02).logP).toBe(0);
  });
});
