import { FeatureLayout } from './layout.js';
import { WindowCounts } from './window-counts.js';

const FORMAT = 1;
const HEADER_BYTES = 13;

/**
 * Counts as bytes: format, layout fingerprint, rows, the counters as LEB128 varints, the float sums as little-endian
 * doubles. The same counts give the same bytes, bit for bit.
 */
export function encodeCounts(window: WindowCounts): Uint8Array {
  const { counts, sums, layout, rows } = window;
  const bytes = new Uint8Array(HEADER_BYTES + counts.length * 5 + sums.length * 8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORMAT);
  view.setUint32(1, layout.fingerprint, true);
  view.setFloat64(5, rows, true);
  let at = HEADER_BYTES;
  for (let value of counts) {
    while (value >= 0x80) {
      bytes[at] = (value & 0x7f) | 0x80;
      value >>>= 7;
      at += 1;
    }
    bytes[at] = value;
    at += 1;
  }
  for (const sum of sums) {
    view.setFloat64(at, sum, true);
    at += 8;
  }
  return bytes.slice(0, at);
}

/** Reads what `encodeCounts` wrote for the same layout. Throws a RangeError on anything else. */
export function decodeCounts(layout: FeatureLayout, bytes: Uint8Array): WindowCounts {
  return decodeInto(new WindowCounts(layout), bytes);
}

/** The same into counts that are there already: what they held is gone. */
export function decodeInto(window: WindowCounts, bytes: Uint8Array): WindowCounts {
  const { layout } = window;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint8(0) !== FORMAT) throw new RangeError('not encoded window counts');
  if (view.getUint32(1, true) !== layout.fingerprint) throw new RangeError('window counts of another baseline');
  window.rows = view.getFloat64(5, true);
  let at = HEADER_BYTES;
  for (let i = 0; i < window.counts.length; i += 1) {
    let value = 0;
    let shift = 0;
    let byte = 0x80;
    while ((byte & 0x80) !== 0) {
      if (at >= bytes.length || shift > 28) throw new RangeError('window counts are cut short or damaged');
      byte = bytes[at]!;
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      at += 1;
    }
    window.counts[i] = value;
  }
  if (bytes.length - at !== window.sums.length * 8) throw new RangeError('window counts are cut short or damaged');
  for (let i = 0; i < window.sums.length; i += 1, at += 8) window.sums[i] = view.getFloat64(at, true);
  return window;
}
