import { type Holes, KIND } from './holes.js';

export const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;
/** Bytes read at once. */
const WORD = 4;

const ONES = 0x01010101;
const MARKS = 0x80808080 | 0;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const DELETES = 0x7f7f7f7f;
const SPACES = 0x20202020;

/**
 * The lowest mark stands at the first byte of a word that is not plain: quote, backslash, control or beyond ASCII. Marks
 * behind the first may be wrong: subtracting borrows from the bytes behind.
 */
function unusual(word: number): number {
  const quote = word ^ QUOTES;
  const backslash = word ^ BACKSLASHES;
  const del = word ^ DELETES;
  const found = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((del - ONES) & ~del) | ((word - SPACES) & ~word) | word;
  return found & MARKS;
}

/** One step of the hash: FNV-1a over words of four bytes, the last one filled up with zeros. */
function mixed(hash: number, word: number): number {
  const next = Math.imul(hash ^ word, HASH_PRIME);
  // Multiplying moves nothing down, and tables look at the low bits.
  return next ^ (next >>> 15);
}

/**
 * Text in ASCII without escapes, four bytes at a time; `at` is behind the opening quote, the result is the closing one,
 * or -1.
 */
export function scanText(view: DataView, at: number, to: number, holes: Holes, hole: number): number {
  if (to + WORD > view.byteLength) return scanTextSlowly(view, at, to, holes, hole);
  let hash = HASH_SEED;
  let p = at;
  for (; p < to; p += WORD) {
    const word = view.getInt32(p, true);
    const marks = unusual(word);
    if (marks === 0) {
      hash = mixed(hash, word);
      continue;
    }
    const shift = 31 - Math.clz32(marks & -marks) - 7;
    const end = p + (shift >>> 3);
    if (((word >>> shift) & 0xff) !== 34 || end >= to) return -1;
    if (shift > 0) hash = mixed(hash, word & ((1 << shift) - 1));
    holes.kind[hole] = KIND.text;
    holes.start[hole] = at;
    holes.end[hole] = end;
    holes.hash[hole] = hash;
    return end;
  }
  return -1;
}

/** The same near the end of the bytes, where four of them at a time may not be there. */
function scanTextSlowly(view: DataView, at: number, to: number, holes: Holes, hole: number): number {
  for (let p = at; p < to; p += 1) {
    const c = view.getUint8(p);
    if (c === 34) {
      holes.kind[hole] = KIND.text;
      holes.start[hole] = at;
      holes.end[hole] = p;
      holes.hash[hole] = hashOf(Buffer.from(view.buffer, view.byteOffset + at, p - at));
      return p;
    }
    if (c < 32 || c === 92 || c > 126) return -1;
  }
  return -1;
}

/** As `scanText` computes it. */
export function hashOf(text: string | Buffer): number {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  let hash = HASH_SEED;
  for (let at = 0; at < bytes.length; at += WORD) {
    hash = mixed(
      hash,
      bytes.readIntLE(at, Math.min(WORD, bytes.length - at)) & (bytes.length - at >= WORD ? -1 : (1 << (8 * (bytes.length - at))) - 1),
    );
  }
  return hash;
}
