import { decodeCounts, encodeCounts, type FeatureLayout } from '@drawbridge/drift';
import { LATENCY_BUCKETS } from './latency.js';
import { SegmentValues } from './segment-values.js';
import type { Tally } from './tally.js';

const NUMBERS = 4;

/** Per key its values with what was counted of each. The same rows give the same bytes but for float sums. */
export function encodeSegments(segments: ReadonlyMap<string, SegmentValues>): Buffer {
  const keys = [...segments].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([
    uint16(keys.length),
    ...keys.flatMap(([key, values]) => {
      const entries = values.entries();
      return [text(key), uint16(entries.length), ...entries.flatMap(({ value, tally }) => [text(value), ...encodeTally(tally)])];
    }),
  ]);
}

/** Reads what `encodeSegments` wrote for the same layout. Throws a RangeError on anything else. */
export function decodeSegments(layout: FeatureLayout, bytes: Buffer): Map<string, SegmentValues> {
  const segments = new Map<string, SegmentValues>();
  let at = 0;
  const number16 = (): number => bytes.readUInt16LE((at += 2) - 2);
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('segments are cut short');
    return bytes.subarray(at, (at += length));
  };
  for (let keys = number16(); keys > 0; keys -= 1) {
    const values = new SegmentValues(layout);
    segments.set(take(number16()).toString(), values);
    for (let count = number16(); count > 0; count -= 1) {
      const value = take(number16());
      const tally = values.of(value, 0, value.length);
      const numbers = take(NUMBERS * 8);
      tally.n = numbers.readDoubleLE(0);
      tally.errors = numbers.readDoubleLE(8);
      tally.scoreCount = numbers.readDoubleLE(16);
      tally.scoreSum = numbers.readDoubleLE(24);
      at += decodeLatency(tally.latency, bytes, at);
      tally.counts.merge(decodeCounts(layout, take(take(4).readUInt32LE(0))));
    }
  }
  if (at !== bytes.length) throw new RangeError('segments are followed by something else');
  return segments;
}

/** Buckets in use with their counts. */
export function encodeLatency(latency: Uint32Array): Buffer {
  let used = 0;
  for (const count of latency) if (count > 0) used += 1;
  const bytes = Buffer.alloc(2 + used * 6);
  bytes.writeUInt16LE(used, 0);
  let at = 2;
  latency.forEach((count, bucket) => {
    if (count === 0) return;
    bytes.writeUInt16LE(bucket, at);
    bytes.writeUInt32LE(count, at + 2);
    at += 6;
  });
  return bytes;
}

/** Returns how many bytes it read. */
export function decodeLatency(latency: Uint32Array, bytes: Buffer, from: number): number {
  const used = bytes.readUInt16LE(from);
  for (let at = from + 2; at < from + 2 + used * 6; at += 6) {
    const bucket = bytes.readUInt16LE(at);
    if (bucket >= LATENCY_BUCKETS) throw new RangeError('a latency bucket that does not exist');
    latency[bucket] = bytes.readUInt32LE(at + 2);
  }
  return 2 + used * 6;
}

function encodeTally(tally: Tally): Buffer[] {
  const numbers = Buffer.alloc(NUMBERS * 8);
  [tally.n, tally.errors, tally.scoreCount, tally.scoreSum].forEach((value, i) => numbers.writeDoubleLE(value, i * 8));
  const counts = encodeCounts(tally.counts);
  return [numbers, encodeLatency(tally.latency), uint32(counts.length), Buffer.from(counts.buffer, counts.byteOffset, counts.length)];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
