import { describe, expect, test } from '@jest/globals';
import { addValue, FeatureLayout } from '@drawbridge/drift';
import fc from 'fast-check';
import { LATENCY_BUCKETS, latencyBucket, summarizeLatency } from './latency.js';
import { decodePart, encodePart } from './window-part.codec.js';
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
  partition: fc.integer({ min: 0, max: 3 }),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

function add(part: WindowPart, { x, c, timeMs, latencyMs, failed }: Row): void {
  part.n += 1;
  part.addTime(timeMs);
  part.addLatency(latencyMs);
  if (failed) part.errors += 1;
  part.counts.addRow();
  addValue(part.counts, 0, x);
  addValue(part.counts, 1, c);
}

function counted(part: WindowPart): unknown {
  const { n, errors, firstMs, lastMs } = part;
  return { n, errors, firstMs, lastMs, latency: [...part.latency], counts: [...part.counts.counts] };
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
            const more = new WindowPart(layout);
            add(more, one);
            parts.set(one.partition, part.merge(more));
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
