import { describe, expect, test } from '@jest/globals';
import { measure, performanceStep } from './performance.js';

const row = (score: number | null, label: number | string, outputClass: string | null = null) => ({
  score,
  outputClass,
  labelText: String(label),
  labelNumber: typeof label === 'number' ? label : null,
});
const value = (found: ReturnType<typeof measure>, metric: string) => found.metrics.find((one) => one.metric === metric)?.value;

describe('measured performance', () => {
  test('of a binary model agrees with the textbook', () => {
    const found = measure([row(0.9, 1), row(0.8, 1), row(0.8, 0), row(0.4, 1), row(0.3, 0), row(0.3, 0)]);
    expect(value(found, 'auc')).toBeCloseTo(0.833333333333, 9);
    expect(value(found, 'accuracy')).toBeCloseTo(4 / 6, 12);
    expect(value(found, 'brier')).toBeCloseTo((0.01 + 0.04 + 0.64 + 0.36 + 0.09 + 0.09) / 6, 12);
    expect(found.calibration?.length).toBeGreaterThan(0);
  });

  test('takes the class the model named before the score', () => {
    expect(value(measure([row(0.4, 1, '1'), row(0.4, 1, 'true')]), 'accuracy')).toBe(1);
    expect(value(measure([row(0.4, 1), row(0.4, 1)]), 'accuracy')).toBe(0);
  });

  test('of numbers is a regression, of names a share', () => {
    expect(value(measure([row(null, 12, '10'), row(null, 8, '10')]), 'mae')).toBe(2);
    expect(value(measure([row(null, 'cat', 'cat'), row(null, 'dog', 'cat')]), 'accuracy')).toBe(0.5);
    expect(measure([]).metrics).toEqual([]);
  });

  const many = (n: number) =>
    Array.from({ length: n }, (_, i) => row(i % 3 === 0 ? 0.8 : 0.2, i % 3 === 0 ? 1 : 0, i % 3 === 0 ? '1' : '0'));

  test.each([
    ['without a score', row(null, 1)],
    ['with a class and no score', row(null, 0, '1')],
    ['with a score that is none', row(7, 1)],
    ['with a label that is none', row(0.4, 2)],
    ['with a label of another kind', row(0.4, 'unknown')],
  ])('of a binary model is that of its other rows when one comes %s, which is counted as such', (_, odd) => {
    expect(measure([...many(30), odd])).toEqual({ ...measure(many(30)), unmeasured: 1 });
  });

  test('of a binary model is not hidden by a tenth of odd rows when the baseline says what it is', () => {
    const rows = [...many(30), ...Array.from({ length: 4 }, () => row(0.4, 2))];
    expect(measure(rows).metrics[0]?.metric).toBe('mae');
    expect(measure(rows, 'binary')).toEqual({ ...measure(many(30)), unmeasured: 4 });
  });

  test('of numbers that are often 0 or 1 stays a regression, and of classes that are often numbers a share', () => {
    const rates = Array.from({ length: 40 }, (_, i) => row(0.3, i % 4 === 0 ? 0.4 : 0));
    expect(measure(rates).metrics[0]?.metric).toBe('mae');
    const grades = Array.from({ length: 40 }, (_, i) => row(null, i % 4 === 0 ? 'other' : 2, i % 4 === 0 ? 'other' : '2'));
    expect(measure(grades).metrics.map(({ metric }) => metric)).toEqual(['accuracy']);
  });

  test('of numbers leaves out the odd row and counts it', () => {
    const rows = Array.from({ length: 30 }, () => row(null, 12, '10'));
    expect(measure([...rows, row(null, 12)])).toEqual({ ...measure(rows), unmeasured: 1 });
  });

  test('has null where numbers are so large that a figure of them is none', () => {
    const rows = [1, -1].flatMap((sign) => [row(sign * 1.7e308, sign * -1.7e308), row(sign * 1.7e308, sign * 1.6e308)]);
    const { metrics } = measure(rows);
    expect(metrics.map(({ metric }) => metric)).toEqual(['mae', 'rmse', 'bias', 'r2']);
    for (const { value: found, interval = [] } of metrics) {
      expect(found === null || Number.isFinite(found)).toBe(true);
      expect(interval.every(Number.isFinite)).toBe(true);
    }
    expect(value(measure(rows), 'mae')).toBeNull();
  });

  test('has null where there is nothing to divide by', () => {
    expect(value(measure([row(0.2, 0), row(0.1, 0)]), 'auc')).toBeNull();
  });
});

describe('when figures are announced', () => {
  const settings = { labelCoverage: 0.95, labelHorizonSeconds: 3600 };
  const young = { endMs: 0, clockMs: 1000 };
  const old = { endMs: 0, clockMs: 3_600_000 };
  const state = (revision: number, digest = 'a') => ({ revision, digest });
  const found = (labelled: number, digest = 'a') => ({ labelled, ofN: 100, digest });

  test.each([
    ['too few labels', undefined, found(94), young, 'wait'],
    ['enough', undefined, found(95), young, 'measured'],
    ['too few, but none are to come', undefined, found(10), old, 'measured'],
    ['none at all', undefined, found(0), old, 'wait'],
    ['nothing new', state(1), found(95), young, 'same'],
    ['a correction', state(1), found(95, 'b'), young, 'revised'],
    ['all retracted', state(1), found(0, 'b'), young, 'revised'],
    ['still waiting', state(0, ''), found(20), young, 'wait'],
  ] as const)('%s → %s', (_, before, now, ages, expected) => {
    expect(performanceStep(before, now, ages, settings)).toBe(expected);
  });
});
