import { describe, expect, test } from '@jest/globals';
import { golden, relative } from '../../test/golden.js';
import { betaQuantile, incompleteBeta, logBinomialTail } from './beta.js';
import { chiSquareIsf, chiSquareSf, logNonCentralSf, nonCentralityFor } from './chi-square.js';
import { incompleteGamma, logGamma } from './gamma.js';
import { logNormalSf, normalIsf, normalQuantile, normalSf } from './normal.js';
import { studentSf } from './student.js';

const values = golden<Record<string, number[][]>>('special');
const functions: Record<string, (...args: number[]) => number> = {
  chiSquareSf: chiSquareSf as (...args: number[]) => number,
  nonCentralSf: (x, df, lambda) => Math.exp(logNonCentralSf(x!, df!, lambda!)),
  chiSquareIsf: chiSquareIsf as (...args: number[]) => number,
  incompleteBeta: (a, b, x) => incompleteBeta(a!, b!, x!),
  binomialTail: (count, n, p) => Math.exp(logBinomialTail(count!, n!, p!)),
  studentSf: studentSf as (...args: number[]) => number,
  normalSf: normalSf as (...args: number[]) => number,
  normalIsf: normalIsf as (...args: number[]) => number,
  logGamma: logGamma as (...args: number[]) => number,
};

describe('against mpmath and scipy, into tails of 1e-100 and beyond', () => {
  const cases = Object.entries(values).flatMap(([name, rows]) => rows.map((row) => [name, row] as const));

  test.each(cases)('%s %j', (name, row) => {
    const expected = row.at(-1)!;
    const actual = functions[name]!(...row.slice(0, -1));
    expect(relative(actual, expected)).toBeLessThan(1e-9);
  });
});

describe('the other functions are inverses or logarithms of those', () => {
  test('quantiles lead back', () => {
    for (const p of [1e-30, 1e-6, 0.05, 0.5, 0.99]) {
      expect(relative(chiSquareSf(chiSquareIsf(p, 15), 15), p)).toBeLessThan(1e-9);
      expect(relative(normalSf(normalIsf(p)), p)).toBeLessThan(1e-9);
      expect(relative(incompleteBeta(7, 90, betaQuantile(p, 7, 90)), p)).toBeLessThan(1e-9);
    }
    expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, 12);
  });

  test('the confidence bound of a non-centrality reproduces its level', () => {
    const lambda = nonCentralityFor(300, 15, 0.05);
    expect(relative(Math.exp(logNonCentralSf(300, 15, lambda)), 0.05)).toBeLessThan(1e-9);
    expect(nonCentralityFor(10, 15, 0.05)).toBe(0);
  });

  test('logarithms stay finite where the tail itself is 0 in doubles', () => {
    expect(normalSf(60)).toBe(0);
    expect(logNormalSf(60)).toBeCloseTo(-1805.013560680567, 6);
    expect(logNonCentralSf(20_000, 15, 130)).toBeLessThan(-5000);
    expect(Number.isFinite(logNonCentralSf(1e6, 100, 1e3))).toBe(true);
    expect(logBinomialTail(900, 1000, 0.1)).toBeCloseTo(-1760.9369409101, 6);
  });

  test('outside their domain they answer the limit or NaN', () => {
    expect(chiSquareSf(-1, 3)).toBe(1);
    expect(incompleteGamma(2, Infinity)).toEqual({ lower: 1, upper: 0 });
    expect(incompleteBeta(2, 3, 1)).toBe(1);
    expect(logBinomialTail(0, 10, 0.1)).toBe(0);
    expect(logBinomialTail(11, 10, 0.1)).toBe(-Infinity);
    expect(logGamma(0)).toBeNaN();
    expect(normalIsf(0)).toBe(Infinity);
  });
});
