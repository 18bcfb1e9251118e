/*
 * Readers of single JSON values in bytes, four at a time. Each returns where the value ends, or -1 for what the next tier
 * must read. They are in one module with the arrays they fill, so that the compiler knows where these are: it is what most
 * of the time of an event goes by.
 */
import { HASH_SEED, hashOf, mixed } from '../byte-hash.js';

/** What a hole holds. A long number has more digits than a double and may be off by its last bit. */
export const NUMBER = 0;
export const LONG_NUMBER = 1;
export const NULL = 2;
export const TRUE = 3;
export const FALSE = 4;
export const TEXT = 5;

export const MOST_HOLES = 2100;

/** Values of the one event that is being read, by hole; overwritten by the next one. */
export const holes = {
  kind: new Uint8Array(MOST_HOLES),
  number: new Float64Array(MOST_HOLES),
  /** Position of the value, a text without its quotes. */
  start: new Int32Array(MOST_HOLES),
  end: new Int32Array(MOST_HOLES),
  /** `hashOf` a text. */
  hash: new Int32Array(MOST_HOLES),
} as const;

export type Holes = typeof holes;

const { kind: kinds, number: numbers, start: starts, end: ends, hash: hashes } = holes;

// Powers of ten that a double holds exactly.
const POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Below it, four more digits still make an integer that a double holds exactly. */
const ROOM = 1e11;
/** From here on an integer has sixteen digits. */
const LONG = 1e12;
/** Bytes that a number read four at a time may touch: sixteen digits, a dot, 24 decimals, and what stands behind them. */
const REACH = 48;

/*
 * Four characters are read as one little-endian word, of which the first is the lowest byte. Against `0000` a digit becomes
 * its value and everything else a byte of ten or more, which adding 0x76 carries into its highest bit. A carry out of a byte
 * above 0x89 spoils only the marks behind it, and the first mark is the one that counts. So a run of digits costs no jump
 * per digit: the lengths of numbers cannot be foreseen, and a wrong guess costs the processor more than a digit.
 */
const MARKS = 0x80808080 | 0;
const ZEROS = 0x30303030;
const CARRY = 0x76767676;

/** The value of four digits, each in a byte of its own, the first in the lowest. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/**
 * Any value but objects and arrays. A number has no exponent; with as few digits as nearly all have, it is the
 * correctly rounded double: an exact integer divided by an exact power of ten. With more digits it may differ in the last
 * bit, which its kind tells. Returns where it ends, or -1.
 */
export function scanScalar(view: DataView, at: number, to: number, hole: number): number {
  if (at + REACH > view.byteLength) return scanSlowly(view, at, to, hole);
  let p = at;
  const negative = view.getUint8(p) === 45;
  if (negative) p += 1;
  let word = view.getInt32(p, true) ^ ZEROS;
  let marks = ((word + CARRY) | word) & MARKS;
  let mantissa = 0;
  if (marks === 0) {
    // A leading zero before another digit.
    if ((word & 0xff) === 0) return -1;
    do {
      mantissa = mantissa * 10_000 + fourDigits(word);
      if (mantissa >= LONG) return scanSlowly(view, at, to, hole);
      p += 4;
      word = view.getInt32(p, true) ^ ZEROS;
      marks = ((word + CARRY) | word) & MARKS;
    } while (marks === 0);
  } else if ((marks & 0x80) !== 0) return negative ? -1 : scanOther(view, at, to, hole);
  // A leading zero before another digit.
  else if ((word & 0xff) === 0 && (marks & 0x8000) === 0) return -1;
  if ((marks & 0x80) === 0) {
    // The digits before the first mark, moved up so that zeros stand before them.
    const digits = (31 - Math.clz32(marks & -marks)) >>> 3;
    mantissa = mantissa * POWERS[digits]! + fourDigits(word << (32 - (digits << 3)));
    p += digits;
  }
  let decimals = 0;
  let tail = 0;
  let tailDigits = 0;
  let c = view.getUint8(p);
  if (c === 46) {
    p += 1;
    const dot = p;
    for (;;) {
      word = view.getInt32(p, true) ^ ZEROS;
      marks = ((word + CARRY) | word) & MARKS;
      let digits = 4;
      if (marks !== 0) {
        if ((marks & 0x80) !== 0) break;
        digits = (31 - Math.clz32(marks & -marks)) >>> 3;
        word <<= 32 - (digits << 3);
      }
      if (tailDigits === 0 && mantissa < ROOM) mantissa = mantissa * POWERS[digits]! + fourDigits(word);
      else {
        tail = tail * POWERS[digits]! + fourDigits(word);
        tailDigits += digits;
      }
      p += digits;
      if (marks !== 0) break;
      if (p - dot > 22) return -1;
    }
    decimals = p - dot;
    if (decimals === 0) return -1;
    c = view.getUint8(p);
  }
  // An exponent, a tail that is no exact integer itself, or a record that ends within its number.
  if (c === 101 || c === 69 || tailDigits > 8 || decimals > 22 || p >= to) return -1;
  const whole = tailDigits === 0 ? mantissa : mantissa * POWERS[tailDigits]! + tail;
  const value = decimals === 0 ? whole : whole / POWERS[decimals]!;
  kinds[hole] = tailDigits === 0 ? NUMBER : LONG_NUMBER;
  numbers[hole] = negative ? -value : value;
  starts[hole] = at;
  ends[hole] = p;
  return p;
}

const PLAIN_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,22})?$/;

/** The same near the end of the bytes, where four of them at a time may not be there, and for long integers. */
function scanSlowly(view: DataView, at: number, to: number, hole: number): number {
  if (at >= to) return -1;
  const first = view.getUint8(at);
  if (first !== 45 && !(first >= 48 && first <= 57)) return scanOther(view, at, to, hole);
  let p = at;
  let text = '';
  for (let c = 0; p < to; p += 1) {
    c = view.getUint8(p);
    if (c !== 45 && c !== 46 && !(c >= 48 && c <= 57)) {
      if (c === 101 || c === 69) return -1;
      break;
    }
    text += String.fromCharCode(c);
    if (text.length > 40) return -1;
  }
  if (p >= to || !PLAIN_NUMBER.test(text)) return -1;
  kinds[hole] = NUMBER;
  numbers[hole] = Number(text);
  starts[hole] = at;
  ends[hole] = p;
  return p;
}

/** Bytes read at once. */
const WORD = 4;

const ONES = 0x01010101;
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

/**
 * Text in ASCII without escapes, four bytes at a time; `at` is behind the opening quote, the result is the closing one,
 * or -1.
 */
export function scanText(view: DataView, at: number, to: number, hole: number): number {
  if (to + WORD > view.byteLength) return scanTextSlowly(view, at, to, hole);
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
    kinds[hole] = TEXT;
    starts[hole] = at;
    ends[hole] = end;
    hashes[hole] = hash;
    return end;
  }
  return -1;
}

/** The same near the end of the bytes, where four of them at a time may not be there. */
function scanTextSlowly(view: DataView, at: number, to: number, hole: number): number {
  for (let p = at; p < to; p += 1) {
    const c = view.getUint8(p);
    if (c === 34) {
      kinds[hole] = TEXT;
      starts[hole] = at;
      ends[hole] = p;
      hashes[hole] = hashOf(new Uint8Array(view.buffer, view.byteOffset + at, p - at));
      return p;
    }
    if (c < 32 || c === 92 || c > 126) return -1;
  }
  return -1;
}

// The first four bytes of the words, little-endian, and `e`, the last of `false`.
const NULL_WORD = 0x6c6c756e;
const TRUE_WORD = 0x65757274;
const FALS_WORD = 0x736c6166;
const E = 101;

/** What is no number: a text with its quotes, null, true or false. */
function scanOther(view: DataView, at: number, to: number, hole: number): number {
  if (at >= to) return -1;
  if (view.getUint8(at) === 34) {
    const closing = scanText(view, at + 1, to, hole);
    return closing < 0 ? -1 : closing + 1;
  }
  if (at + 4 > to) return -1;
  const word = view.getInt32(at, true);
  if (word === NULL_WORD) return found(at, at + 4, hole, NULL);
  if (word === TRUE_WORD) return found(at, at + 4, hole, TRUE);
  if (word === FALS_WORD && at + 4 < to && view.getUint8(at + 4) === E) return found(at, at + 5, hole, FALSE);
  return -1;
}

function found(at: number, end: number, hole: number, kind: number): number {
  kinds[hole] = kind;
  starts[hole] = at;
  ends[hole] = end;
  return end;
}
