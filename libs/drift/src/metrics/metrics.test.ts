import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { golden, relative } from '../../test/golden.js';
import { auc, aucInterval } from './auc.js';
import { binaryPerformance, type Confusion } from './binary.js';
import { calibrationBins, calibrationError } from './calibration.js';
import { regressionPerformance } from './regression.js';

interface Case {
  labels: number[];
  scores: number[];
  auc: number;
  brier: number;
  logLoss: number;
  accuracy: number;
  precision: number;
  recall: number;
  f1: number;
  confusion: Confusion;
  delongSe: number;
}

describe.each(golden<Case[]>('performance'))('$labels.length rows against scikit-learn', (c) => {
  const measured = binaryPerformance(c.scores, c.labels);

  test.each(['auc', 'brier', 'logLoss', 'accuracy', 'precision', 'recall', 'f1'] as const)('%s', (name) => {
    expect(relative(measured[name]!, c[name])).toBeLessThan(1e-9);
  });

  test('confusion', () => expect(measured.confusion).toEqual(c.confusion));

  test('DeLong standard error', () => {
    const interval = aucInterval(c.scores, c.labels)!;
    expect(relative(interval.se, c.delongSe)).toBeLessThan(1e-9);
    expect(relative(interval.auc, c.auc)).toBeLessThan(1e-9);
    expect(interval.low).toBeLessThanOrEqual(c.auc);
    expect(interval.high).toBeGreaterThanOrEqual(c.auc);
  });
});

test('rates without a denominator are null', () => {
  const none = binaryPerformance([0.1, 0.2], [0, 0]);
  expect(none).toMatchObject({ auc: null, recall: null, precision: null, f1: null, specificity: 1 });
  expect(aucInterval([0.1, 0.2], [0, 1])).toBeNull();
});

test('as many labels as scores', () => {
  expect(() => binaryPerformance([0.5], [])).toThrow('0 labels for 1 scores');
  expect(() => regressionPerformance([], [])).toThrow(RangeError);
});

describe('calibration', () => {
  test('ten groups of equal size', () => {
    const scores = Array.from({ length: 103 }, (_, i) => i / 103);
    const bins = calibrationBins(
      scores,
      scores.map(() => 0),
    );
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(103);
  });

  test('a constant score that is right on average has no error, in any order of rows', () => {
    const labels = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
    expect(
      calibrationError(
        labels.map(() => 0.25),
        labels,
      ),
    ).toBeCloseTo(0, 12);
  });

  test('neither measure depends on the order of the rows', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const measure = (list: typeof pairs): (number | null)[] => {
          const scores = list.map(([s]) => s / 20);
          const labels = list.map(([, y]) => y);
          return [auc(scores, labels), calibrationError(scores, labels)];
        };
        const [a, e] = measure(pairs);
        const [b, f] = measure([...pairs].reverse());
        expect(b).toEqual(a);
        expect(f).toBeCloseTo(e!, 12);
      }),
    );
  });
});

test('regression', () => {
  expect(regressionPerformance([2, 4, 6], [1, 4, 8])).toMatchObject({ mae: 1, bias: -1 / 3, rmse: Math.sqrt(5 / 3) });
  expect(regressionPerformance([2], [2]).r2).toBeNull();
});
