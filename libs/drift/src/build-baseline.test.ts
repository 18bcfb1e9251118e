import { describe, expect, test } from '@jest/globals';
import { buildBaseline } from './build-baseline.js';
import { FeatureLayout } from './layout.js';

const DAY = 86_400_000;
const rows = 2000;
const column = <T>(of: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => of(i));

describe('a baseline', () => {
  const baseline = buildBaseline({
    features: [
      { name: 'x', kind: 'numeric' },
      { name: 'c', kind: 'categorical' },
      { name: 'hour', kind: 'calendar', calendar: 'hour' },
      { name: 'flag', kind: 'categorical' },
    ],
    columns: {
      x: column((i) => (i % 100 === 0 ? null : Math.sqrt(i))),
      c: column((i) => `v${Math.floor(Math.sqrt(i))}`),
      hour: column((i) => i % 24),
      flag: column((i) => i % 3 === 0),
    },
    times: column((i) => Date.UTC(2026, 0, 1) + i * (DAY / 100)),
  });

  test('counts every row once in every feature', () => {
    for (const feature of baseline.features) expect(feature.counts.reduce((a, b) => a + b)).toBe(rows);
    expect(baseline.rows).toBe(rows);
  });

  test('keeps its periods, which sum to the whole', () => {
    expect(baseline.periods).toHaveLength(20);
    expect(baseline.periods!.map((p) => p.rows)).toEqual(Array.from({ length: 20 }, () => 100));
    baseline.features.forEach((feature, f) => {
      const summed = feature.counts.map((_, cell) => baseline.periods!.reduce((sum, p) => sum + p.counts[f]![cell]!, 0));
      expect(summed).toEqual(feature.counts);
    });
    expect(baseline.periods![0]!.start).toBe('2026-01-01T00:00:00.000Z');
    expect(baseline.periodSeconds).toBe(86_400);
  });

  test('numeric features keep range, moments and the missing share', () => {
    const x = baseline.features[0]!;
    if (x.kind !== 'numeric') throw new Error('x is numeric');
    expect(x.min).toBe(1);
    expect(x.max).toBeCloseTo(Math.sqrt(1999), 12);
    expect(x.counts[x.edges.length + 1]).toBe(20);
    expect(x.edges.length).toBeGreaterThanOrEqual(60);
  });

  test('booleans are two categories', () => {
    expect(baseline.features[3]).toMatchObject({ categories: ['false', 'true'], others: [], singletons: 0 });
  });

  test('survives JSON and gives the same layout', () => {
    const copy = JSON.parse(JSON.stringify(baseline)) as typeof baseline;
    expect(new FeatureLayout(copy).fingerprint).toBe(new FeatureLayout(baseline).fingerprint);
  });

  test('the same rows in another order give the same document', () => {
    const mirrored = column((i) => rows - 1 - i);
    const build = (order: number[]) =>
      buildBaseline({
        features: [{ name: 'c', kind: 'categorical' }],
        columns: { c: order.map((i) => `v${i % 7}`) },
      });
    expect(build(mirrored)).toEqual(build(column((i) => i)));
  });
});

describe('categories', () => {
  test('the listed ones cover the rows, the others are remembered by name', () => {
    const values = column((i) => (i < 1990 ? `big${i % 5}` : `rare${i}`));
    const built = buildBaseline({ features: [{ name: 'c', kind: 'categorical' }], columns: { c: values } });
    expect(built.features[0]).toMatchObject({ categories: ['big0', 'big1', 'big2', 'big3', 'big4'], singletons: 10 });
    const layout = new FeatureLayout(built);
    expect(layout.slots[0]!.labels[layout.categoryCell(0, 'rare1995')]).toBe('other known values');
    expect(layout.slots[0]!.labels[layout.categoryCell(0, 'never')]).toBe('unseen values');
    expect(layout.slots[0]!.labels[layout.categoryCell(0, 'big3')]).toBe('big3');
  });

  test('at most so many are listed', () => {
    const values = column((i) => `v${i % 500}`);
    const sample = { features: [{ name: 'c', kind: 'categorical' } as const], columns: { c: values } };
    const [feature] = buildBaseline(sample, { maxCategories: 30 }).features;
    expect(feature).toMatchObject({ othersTruncated: false });
    expect(feature!.counts).toHaveLength(30 + 4);
  });
});

describe('a sample that cannot be a baseline is refused by name', () => {
  const spec = { name: 'x', kind: 'numeric' } as const;

  test.each([
    ['no rows', { features: [spec], columns: { x: [] } }, 'with rows'],
    ['a missing column', { features: [spec, { name: 'y', kind: 'numeric' } as const], columns: { x: [1] } }, 'column y'],
    [
      'unequal lengths',
      { features: [spec, { name: 'y', kind: 'numeric' } as const], columns: { x: [1, 2], y: [1] } },
      'column y: 1 values for 2 rows',
    ],
    ['times of another length', { features: [spec], columns: { x: [1] }, times: [1, 2] }, 'times: 2 values'],
    ['a calendar without its cycle', { features: [{ name: 'x', kind: 'calendar' } as const], columns: { x: [1] } }, 'cycle'],
    [
      'bands that do not ascend',
      { features: [{ name: 'x', kind: 'calendar', calendar: 'hour', bands: [0, 5, 5] } as const], columns: { x: [1] } },
      'bands must ascend',
    ],
  ])('%s', (_what, sample, message) => {
    expect(() => buildBaseline(sample)).toThrow(message);
  });
});

test('a column may be called like something that every object inherits, and is missed when it is absent', () => {
  const features = [
    { name: 'x', kind: 'numeric' },
    { name: 'constructor', kind: 'numeric' },
  ] as const;
  const built = buildBaseline({ features, columns: { x: [1, 2], constructor: [3, null] } });
  expect(built.features[1]?.counts.reduce((sum, n) => sum + n)).toBe(2);
  expect(() => buildBaseline({ features, columns: { x: [1, 2] } as never })).toThrow('named in the signature, absent from the sample');
});
