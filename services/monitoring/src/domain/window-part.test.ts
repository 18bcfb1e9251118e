import { describe, expect, test } from '@jest/globals';
import { addValue, buildBaseline, FeatureLayout } from '@drawbridge/drift';
import fc from 'fast-check';
import { LATENCY_BUCKETS, latencyBucket, summarizeLatency } from './latency.js';
import { MOST_VALUES, NONE, OTHER } from './segment-values.js';
import { decodePart, encodePart } from './window-part.codec.js';
import type { Tally } from './tally.js';
import { WindowPart } from './window-part.js';

const layout = new FeatureLayout({
  format: 'drawbridge.baseline/1',
  rows: 10,
  features: [
    { name: 'x', kind: 'numeric', edges: [0, 1, 2], counts: [1, 2, 3, 4, 0, 0], min: -1, max: 3, mean: 1, sd: 1 },
    {
      name: 'c',
      kind: 'categorical',
      categories: ['a', 'b'],
      others: ['z'],
      othersTruncated: false,
      singletons: 1,
      counts: [4, 5, 1, 0, 0, 0],
    },
  ],
});

const row = fc.record({
  x: fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(null)),
  c: fc.constantFrom('a', 'b', 'z', 'new', null),
  timeMs: fc.integer({ min: 0, max: 60_000 }),
  latencyMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  failed: fc.boolean(),
  country: fc.oneof(
    fc.nat({ max: 40 }).map((i) => `land-${i}`),
    fc.constantFrom('', 'größer', OTHER, NONE),
  ),
  partition: fc.integer({ min: 0, max: 3 }),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

function add(part: WindowPart, row: Row): void {
  part.addTime(row.timeMs);
  addTo(part, row);
  const country = Buffer.from(row.country);
  addTo(part.segment('country').of(country, 0, country.length), row);
}

function addTo(part: Tally, { x, c, latencyMs, failed }: Row): void {
  part.n += 1;
  part.addLatency(latencyMs);
  if (failed) part.errors += 1;
  part.counts.addRow();
  addValue(part.counts, 0, x);
  addValue(part.counts, 1, c);
}

function counted(part: WindowPart): unknown {
  const { firstMs, lastMs } = part;
  return { ...tallied(part), firstMs, lastMs, country: part.segments?.get('country')?.entries().map(named) };
}

function tallied({ n, errors, latency, counts }: Tally): object {
  return { n, errors, latency: [...latency], rows: counts.rows, counts: [...counts.counts] };
}

function named({ value, tally }: { value: string; tally: Tally }): unknown {
  return { value, ...tallied(tally) };
}

describe('what a partition contributed to a window', () => {
  test('sums to the same counts for any partitioning, order and number of restarts', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 80 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (rows, crashes, noise) => {
          const whole = new WindowPart(layout);
          for (const one of rows) add(whole, one);
          const shuffled = rows
            .map((one) => ({ one, key: noise.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
          const parts = new Map<number, WindowPart>();
          shuffled.forEach((one, i) => {
            let part = parts.get(one.partition) ?? new WindowPart(layout);
            // A restart: what is stored is read back, and the next rows are added to it as a part of their own.
            if (crashes.includes(i)) part = decodePart(layout, encodePart(part));
            // Rows of a window that was not read back are a part of their own until the flush.
            const more = new WindowPart(layout);
            add(more, one);
            parts.set(one.partition, part.merge(decodePart(layout, encodePart(more))));
          });
          const sum = new WindowPart(layout);
          for (const partition of [...parts.keys()].sort((a, b) => a - b)) sum.merge(parts.get(partition)!);
          expect(counted(sum)).toEqual(counted(whole));
        },
      ),
    );
  });

  test('survives its binary form bit by bit', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const part = new WindowPart(layout);
        for (const one of rows) add(part, one);
        part.announces = rows.length % 2 === 0;
        part.dropped = rows.length;
        part.addScore(0.1);
        const bytes = encodePart(part);
        expect(encodePart(decodePart(layout, bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  test('tells a bounded number of segments apart, and what it counts of these is complete', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 120 }), (rows) => {
        const part = new WindowPart(layout);
        for (const one of rows) add(part, one);
        const found = part.segments?.get('country')?.entries() ?? [];
        const proper = found.filter(({ value }) => value !== OTHER && value !== NONE);
        expect(proper.length).toBeLessThanOrEqual(MOST_VALUES);
        for (const { value, tally } of proper) expect(tally.n).toBe(rows.filter(({ country }) => country === value).length);
        expect(found.reduce((sum, { tally }) => sum + tally.n, 0)).toBe(rows.length);
        expect(found.find(({ value }) => value === NONE)?.tally.n ?? 0).toBe(
          rows.filter(({ country }) => country === '' || country === NONE).length,
        );
        const values = new Set(rows.map(({ country }) => country).filter((value) => !['', NONE, OTHER].includes(value)));
        expect(proper.length).toBe(Math.min(MOST_VALUES, values.size));
      }),
    );
  });

  test('without segments is written as before there were any, and is read back to be counted on with them', () => {
    const plain = new WindowPart(layout);
    plain.n = 3;
    plain.counts.addRow();
    const bytes = encodePart(plain);
    expect([bytes[0], bytes.length]).toEqual([1, 91 + 13 + layout.counters + layout.moments * 8]);
    const read = decodePart(layout, bytes);
    expect(read.segments).toBeUndefined();
    read.segment('country').missing().n += 1;
    expect(encodePart(read)[0]).toBe(2);
    expect(counted(decodePart(layout, encodePart(read)))).toEqual(counted(read));
    expect(() => decodePart(layout, encodePart(read).subarray(0, -1))).toThrow(RangeError);
  });

  test('costs at most 320 bytes for a numeric feature of 64 bins, with everything that is counted of it', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 100);
    const names = ['a', 'b', 'c'];
    const numeric = new FeatureLayout(
      buildBaseline({
        features: names.map((name) => ({ name, kind: 'numeric' as const })),
        columns: Object.fromEntries(names.map((name) => [name, values])),
      }),
    );
    expect(numeric.slots.map(({ cells }) => cells)).toEqual([64, 64, 64]);
    const { counts, sums } = new WindowPart(numeric).counts;
    const bytes = counts.byteLength + sums.byteLength;
    // 64 bins, missing, invalid, below, above; sum, sum of squares, least, greatest.
    expect(bytes / names.length).toBe(68 * 4 + 4 * 8);
    expect(bytes / names.length).toBeLessThanOrEqual(320);
  });

  test('refuses bytes that are none', () => {
    expect(() => decodePart(layout, Buffer.from('nonsense'))).toThrow(RangeError);
  });
});

describe('latency buckets', () => {
  test('hold their quantiles to half a bucket', () => {
    const counts = new Uint32Array(LATENCY_BUCKETS);
    for (let ms = 1; ms <= 1000; ms += 1) counts[latencyBucket(ms)]! += 1;
    const summary = summarizeLatency(counts)!;
    expect(summary.n).toBe(1000);
    expect(Math.abs(summary.p50Ms / 500 - 1)).toBeLessThan(0.05);
    expect(Math.abs(summary.p95Ms / 950 - 1)).toBeLessThan(0.05);
    expect(Math.abs(summary.p99Ms / 990 - 1)).toBeLessThan(0.05);
  });

  test.each([-1, 0, NaN, Infinity, 1e300, 0.05, 1])('take %p without leaving the histogram', (ms) => {
    const bucket = latencyBucket(ms);
    expect(bucket).toBeGreaterThanOrEqual(0);
    expect(bucket).toBeLessThan(LATENCY_BUCKETS);
  });
});
