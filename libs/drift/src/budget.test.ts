import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AlertFamily, FAMILY_WEIGHTS, levelOf, SCALE_WEIGHTS, SCALES } from './budget.js';
import { dueSums, scalesDue } from './scales.js';
import { buildBaseline } from './build-baseline.js';
import { FeatureLayout } from './layout.js';
import { WindowCounts } from './window-counts.js';

describe('the budget', () => {
  test('weights are shares of one whole', () => {
    expect(Object.values(FAMILY_WEIGHTS).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(SCALE_WEIGHTS.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test('is never exceeded: expected alarms per window stay within it', () => {
    const sizes = fc.record({ input: fc.integer({ min: 1, max: 300 }), quality: fc.integer({ min: 1, max: 900 }) });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.integer({ min: 1, max: 100_000 }), sizes, (atMost, perWindows, d) => {
        const tested: Record<AlertFamily, number> = { prediction: 1, performance: 3, fairness: 4, ...d };
        let expected = 0;
        for (const family of Object.keys(FAMILY_WEIGHTS) as AlertFamily[]) {
          for (const scale of SCALES) {
            expected += (tested[family] * levelOf({ atMost, perWindows }, family, tested[family], scale)) / scale;
          }
        }
        expect(expected).toBeLessThanOrEqual((atMost / perWindows) * (1 + 1e-12));
      }),
    );
  });

  test('an unknown scale is refused', () => {
    expect(() => levelOf({ atMost: 1, perWindows: 30 }, 'input', 1, 3)).toThrow('scale 3 is not one of 1, 4, 16, 64');
  });
});

describe('scales', () => {
  const layout = new FeatureLayout(buildBaseline({ features: [{ name: 'x', kind: 'numeric' }], columns: { x: [1, 2, 3] } }));
  const windows = Array.from({ length: 16 }, () => {
    const window = new WindowCounts(layout);
    window.addRow();
    window.addNumeric(0, 2);
    return window;
  });

  test('scale s is due every s windows', () => {
    expect([0, 3, 7, 15, 63].map(scalesDue)).toEqual([[1], [1, 4], [1, 4], [1, 4, 16], [1, 4, 16, 64]]);
  });

  test('sums hold the last windows and leave the windows alone', () => {
    expect(dueSums(15, windows).map(({ scale, counts }) => [scale, counts.rows])).toEqual([
      [1, 1],
      [4, 4],
      [16, 16],
    ]);
    expect(windows[15]!.rows).toBe(1);
  });

  test('a scale without all its windows waits', () => {
    expect(dueSums(15, windows.slice(0, 6)).map(({ scale }) => scale)).toEqual([1, 4]);
  });
});
