import { type Holes, KIND } from './holes.js';
import { scanNumber } from './scan-number.js';
import { scanText } from './scan-text.js';

// The first four bytes of the words, little-endian, and `e`, the last of `false`.
const NULL = 0x6c6c756e;
const TRUE = 0x65757274;
const FALS = 0x736c6166;
const E = 101;

/** Any value but objects and arrays; a text with its quotes. Returns where it ends, or -1 for what the next tier must read. */
export function scanScalar(view: DataView, at: number, to: number, holes: Holes, hole: number): number {
  if (at >= to) return -1;
  const c = view.getUint8(at);
  if (c <= 57 && c !== 34) return scanNumber(view, at, to, holes, hole);
  if (c === 34) {
    const closing = scanText(view, at + 1, to, holes, hole);
    return closing < 0 ? -1 : closing + 1;
  }
  if (at + 4 > to) return -1;
  const word = view.getInt32(at, true);
  if (word === NULL) return found(at, at + 4, holes, hole, KIND.null);
  if (word === TRUE) return found(at, at + 4, holes, hole, KIND.true);
  if (word === FALS && at + 4 < to && view.getUint8(at + 4) === E) return found(at, at + 5, holes, hole, KIND.false);
  return -1;
}

function found(at: number, end: number, holes: Holes, hole: number, kind: number): number {
  holes.kind[hole] = kind;
  holes.start[hole] = at;
  holes.end[hole] = end;
  return end;
}
