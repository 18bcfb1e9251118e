import { decodeCounts, encodeCounts, type FeatureLayout } from '@drawbridge/drift';
import { WindowPart } from './window-part.js';

const FORMAT = 1;
const NUMBERS = 11;
const HEADER_BYTES = 1 + NUMBERS * 8 + 2;

/**
 * A part as one binary row: format, eleven little-endian doubles, the latency buckets in use, the counts.
 * The same part gives the same bytes.
 */
export function encodePart(part: WindowPart): Buffer {
  const used: number[] = [];
  part.latency.forEach((count, bucket) => {
    if (count > 0) used.push(bucket);
  });
  const counts = encodeCounts(part.counts);
  const bytes = Buffer.alloc(HEADER_BYTES + used.length * 6 + counts.length);
  bytes.writeUInt8(FORMAT, 0);
  numbersOf(part).forEach((value, i) => bytes.writeDoubleLE(value, 1 + i * 8));
  bytes.writeUInt16LE(used.length, HEADER_BYTES - 2);
  let at = HEADER_BYTES;
  for (const bucket of used) {
    bytes.writeUInt16LE(bucket, at);
    bytes.writeUInt32LE(part.latency[bucket]!, at + 2);
    at += 6;
  }
  bytes.set(counts, at);
  return bytes;
}

/** Reads what `encodePart` wrote for the same layout. Throws a RangeError on anything else. */
export function decodePart(layout: FeatureLayout, bytes: Buffer): WindowPart {
  if (bytes.length < HEADER_BYTES || bytes.readUInt8(0) !== FORMAT) throw new RangeError('not an encoded window part');
  const part = new WindowPart(layout);
  const number = (i: number): number => bytes.readDoubleLE(1 + i * 8);
  part.n = number(0);
  part.errors = number(1);
  part.late = number(2);
  part.deduplicated = number(3);
  part.rejected = number(4);
  part.dropped = number(5);
  part.announces = number(6) === 1;
  part.scoreCount = number(7);
  part.scoreSum = number(8);
  part.firstMs = number(9);
  part.lastMs = number(10);
  let at = HEADER_BYTES;
  for (let i = bytes.readUInt16LE(HEADER_BYTES - 2); i > 0; i -= 1) {
    part.latency[bytes.readUInt16LE(at)] = bytes.readUInt32LE(at + 2);
    at += 6;
  }
  part.counts.merge(decodeCounts(layout, bytes.subarray(at)));
  return part;
}

function numbersOf(part: WindowPart): number[] {
  return [
    part.n,
    part.errors,
    part.late,
    part.deduplicated,
    part.rejected,
    part.dropped,
    part.announces ? 1 : 0,
    part.scoreCount,
    part.scoreSum,
    part.firstMs,
    part.lastMs,
  ];
}
