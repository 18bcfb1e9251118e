import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addValue, buildBaseline } from './build-baseline.js';
import type { ColumnValue, FeatureSpec } from './feature.js';
import { FeatureLayout } from './layout.js';
import { decodeCounts, encodeCounts } from './window-codec.js';
import { WindowCounts } from './window-counts.js';

const features: FeatureSpec[] = [
  { name: 'distance', kind: 'numeric' },
  { name: 'carrier', kind: 'categorical' },
  { name: 'hour', kind: 'calendar', calendar: 'hour' },
];
const baseline = buildBaseline({
  features,
  columns: {
    distance: Array.from({ length: 500 }, (_, i) => (i * 37) % 991),
    carrier: Array.from({ length: 500 }, (_, i) => 'ABCD'[i % 4]!),
    hour: Array.from({ length: 500 }, (_, i) => i % 24),
  },
  prediction: { spec: { name: 'score', kind: 'numeric' }, values: Array.from({ length: 500 }, (_, i) => i / 500) },
});
const layout = new FeatureLayout(baseline);

type Row = readonly [ColumnValue, ColumnValue, ColumnValue, ColumnValue];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.oneof(fc.double(), fc.constant(null), fc.integer({ min: -10, max: 1200 })),
  fc.constantFrom('A', 'B', 'C', 'D', 'Z', null),
  fc.oneof(fc.integer({ min: -2, max: 26 }), fc.constant(null)),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

function counted(rows: readonly Row[]): WindowCounts {
  const window = new WindowCounts(layout);
  for (const values of rows) {
    window.addRow();
    values.forEach((value, slot) => addValue(window, slot, value));
  }
  return window;
}

describe('additivity', () => {
  test('any partitioning and any order give identical counts', () => {
    const parts = fc.array(fc.tuple(row, fc.nat(3), fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(parts, (tagged) => {
        const whole = counted(tagged.map(([r]) => r));
        const shuffled = [...tagged].sort((a, b) => a[2] - b[2]);
        const merged = new WindowCounts(layout);
        for (let part = 0; part < 4; part += 1) merged.merge(counted(shuffled.filter(([, p]) => p === part).map(([r]) => r)));
        expect(merged.rows).toBe(whole.rows);
        expect([...merged.counts]).toEqual([...whole.counts]);
      }),
    );
  });

  test('every slot holds every row once', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const window = counted(rows);
        for (const { index } of layout.slots) {
          expect(window.cells(index).reduce((sum, c) => sum + c, 0)).toBe(rows.length);
        }
      }),
    );
  });
});

describe('bytes', () => {
  test('decoding gives back the same window, bit for bit', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const window = counted(rows);
        const bytes = encodeCounts(window);
        const back = decodeCounts(layout, bytes);
        expect(back.rows).toBe(window.rows);
        expect([...back.counts]).toEqual([...window.counts]);
        expect(new Uint8Array(back.sums.buffer)).toEqual(new Uint8Array(window.sums.buffer));
        expect(encodeCounts(back)).toEqual(bytes);
      }),
    );
  });

  test('large counts survive', () => {
    const window = new WindowCounts(layout);
    window.counts[0] = 0xffff_ffff;
    window.counts[1] = 128;
    window.rows = 2 ** 40;
    const back = decodeCounts(layout, encodeCounts(window));
    expect([back.counts[0], back.counts[1], back.rows]).toEqual([0xffff_ffff, 128, 2 ** 40]);
  });

  test('bytes of another baseline, cut or damaged bytes are refused', () => {
    const bytes = encodeCounts(counted([[1, 'A', 2, 0.5]]));
    const other = new FeatureLayout({ ...baseline, features: baseline.features.slice(1) });
    expect(() => decodeCounts(other, bytes)).toThrow('another baseline');
    expect(() => decodeCounts(layout, bytes.slice(0, -1))).toThrow('cut short');
    expect(() => decodeCounts(layout, bytes.slice(0, 20))).toThrow('cut short');
    expect(() => decodeCounts(layout, Uint8Array.of(9, 9))).toThrow('not encoded');
  });
});

describe('where values go', () => {
  const window = counted([
    [NaN, 'A', 5, 0.1],
    [Infinity, 'Z', 24, 0.1],
    [-5, null, -1, 0.1],
    [5000, 'B', 0, 0.1],
    [500, 'B', 23.5, 0.1],
  ]);

  test('NaN and null are missing, an infinity is invalid', () => {
    expect([window.missing(0), window.invalid(0)]).toEqual([1, 1]);
    expect(window.missing(1)).toBe(1);
  });

  test('outside the range of the reference', () => expect(window.outOfRange(0)).toBe(2));
  test('a category the reference never held', () => expect(window.unseen(1)).toBe(1));
  test('an hour that is none is invalid', () => expect(window.invalid(2)).toBe(2));
  test('bands are closed on the left', () => expect(Array.from(window.cells(2)).slice(0, 7)).toEqual([2, 0, 0, 0, 0, 0, 1]));

  test('a full counter stops the merge instead of wrapping', () => {
    const full = new WindowCounts(layout);
    full.counts[3] = 0xffff_ffff;
    const one = new WindowCounts(layout);
    one.counts[3] = 1;
    expect(() => full.merge(one)).toThrow('a counter is full');
  });

  test('counts of another baseline do not merge', () => {
    const other = new FeatureLayout({ ...baseline, features: baseline.features.slice(1) });
    expect(() => new WindowCounts(layout).merge(new WindowCounts(other))).toThrow('another baseline');
  });

  test('an emptied window is as new', () => {
    const reused = counted([[1, 'A', 1, 0.5]]);
    reused.clear();
    expect(encodeCounts(reused)).toEqual(encodeCounts(new WindowCounts(layout)));
  });
});
