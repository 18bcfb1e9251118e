import { decodeInto, encodeCounts, type FeatureLayout } from '@drawbridge/drift';
import { decodeLatency, decodeSegments, encodeLatency, encodeSegments } from './segments.codec.js';
import { WindowPart } from './window-part.js';

/** Without segments, and with them: a part that has none is written as it always was. */
const PLAIN = 1;
const SEGMENTED = 2;
const NUMBERS = 11;
const HEADER_BYTES = 1 + NUMBERS * 8;

/**
 * A part as one binary row: format, eleven little-endian doubles, the latency buckets in use, the counts. With segments
 * the length of the counts stands before them, and the segments behind. The same part gives the same bytes.
 */
export function encodePart(part: WindowPart): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt8(part.segments === undefined ? PLAIN : SEGMENTED, 0);
  numbersOf(part).forEach((value, i) => head.writeDoubleLE(value, 1 + i * 8));
  const latency = encodeLatency(part.latency);
  const counts = encodeCounts(part.counts);
  if (part.segments === undefined) return Buffer.concat([head, latency, counts]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(counts.length);
  return Buffer.concat([head, latency, length, counts, encodeSegments(part.segments)]);
}

/** Reads what `encodePart` wrote for the same layout. Throws a RangeError on anything else. */
export function decodePart(layout: FeatureLayout, bytes: Buffer): WindowPart {
  const format = bytes.length < HEADER_BYTES + 2 ? 0 : bytes.readUInt8(0);
  if (format !== PLAIN && format !== SEGMENTED) throw new RangeError('not an encoded window part');
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
  const at = HEADER_BYTES + decodeLatency(part.latency, bytes, HEADER_BYTES);
  const from = format === PLAIN ? at : at + 4;
  const to = format === PLAIN ? bytes.length : from + bytes.readUInt32LE(at);
  decodeInto(part.counts, bytes.subarray(from, to));
  if (format === SEGMENTED) part.segments = decodeSegments(layout, bytes.subarray(to));
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
