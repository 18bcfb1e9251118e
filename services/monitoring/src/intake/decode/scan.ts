/** Readers of single JSON values in bytes. Each returns where the value ends, or -1 for what the next tier must read. */

/** What a hole holds. */
export const KIND = { number: 0, null: 1, true: 2, false: 3, text: 4 } as const;

/** Values of one event by hole; overwritten by the next one. */
export class Holes {
  readonly kind: Uint8Array;
  readonly number: Float64Array;
  /** 1 where the number may be off by its last bit: more digits than a double holds. */
  readonly rounded: Uint8Array;
  /** Position of the value, a text without its quotes. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** FNV-1a of a text's bytes. */
  readonly hash: Int32Array;

  constructor(size: number) {
    this.kind = new Uint8Array(size);
    this.number = new Float64Array(size);
    this.rounded = new Uint8Array(size);
    this.start = new Int32Array(size);
    this.end = new Int32Array(size);
    this.hash = new Int32Array(size);
  }
}

export const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

// Powers of ten that a double holds exactly.
const POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Digits whose integer a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/** Text in ASCII without escapes; `at` is behind the opening quote, the result is the closing one. */
export function scanText(bytes: Buffer, at: number, to: number, holes: Holes, hole: number): number {
  let hash = HASH_SEED;
  let p = at;
  for (; p < to; p += 1) {
    const c = bytes[p]!;
    if (c === 34) {
      holes.kind[hole] = KIND.text;
      holes.start[hole] = at;
      holes.end[hole] = p;
      holes.hash[hole] = hash;
      return p;
    }
    if (c < 32 || c === 92 || c > 126) return -1;
    hash = Math.imul(hash ^ c, HASH_PRIME);
  }
  return -1;
}

/**
 * A number without exponent. Up to 15 digits and 22 decimals it is the correctly rounded double: an exact integer divided
 * by an exact power of ten. With more digits it may differ in the last bit, which `rounded` tells.
 */
export function scanNumber(bytes: Buffer, at: number, to: number, holes: Holes, hole: number): number {
  let p = at;
  let c = bytes[p]!;
  const negative = c === 45;
  if (negative) c = bytes[++p]!;
  let mantissa = 0;
  let digits = 0;
  if (c === 48) {
    c = bytes[++p]!;
    if (c >= 48 && c <= 57) return -1;
  } else {
    if (!(c >= 49 && c <= 57)) return -1;
    do {
      mantissa = mantissa * 10 + (c - 48);
      digits += 1;
      c = bytes[++p]!;
    } while (c >= 48 && c <= 57 && digits < EXACT_DIGITS);
    if (c >= 48 && c <= 57) return -1;
  }
  let decimals = 0;
  let tail = 0;
  let tailDigits = 0;
  if (c === 46) {
    const dot = p;
    c = bytes[++p]!;
    while (c >= 48 && c <= 57) {
      if (digits < EXACT_DIGITS) {
        mantissa = mantissa * 10 + (c - 48);
        if (mantissa > 0) digits += 1;
      } else {
        tail = tail * 10 + (c - 48);
        tailDigits += 1;
      }
      decimals += 1;
      c = bytes[++p]!;
    }
    if (p === dot + 1) return -1;
  }
  // An exponent, a tail that is no exact integer itself, or a record that ends within its number.
  if (c === 101 || c === 69 || tailDigits > 6 || decimals > 22 || p >= to) return -1;
  const whole = tailDigits === 0 ? mantissa : mantissa * POWERS[tailDigits]! + tail;
  const value = decimals === 0 ? whole : whole / POWERS[decimals]!;
  holes.kind[hole] = KIND.number;
  holes.number[hole] = negative ? -value : value;
  holes.rounded[hole] = tailDigits === 0 ? 0 : 1;
  holes.start[hole] = at;
  holes.end[hole] = p;
  return p;
}

/** Any value but objects and arrays; a text with its quotes. */
export function scanScalar(bytes: Buffer, at: number, to: number, holes: Holes, hole: number): number {
  const c = bytes[at]!;
  if (c === 34) {
    const closing = scanText(bytes, at + 1, to, holes, hole);
    return closing < 0 ? -1 : closing + 1;
  }
  if (c === 110) return word(bytes, at, to, holes, hole, NULL, KIND.null);
  if (c === 116) return word(bytes, at, to, holes, hole, TRUE, KIND.true);
  if (c === 102) return word(bytes, at, to, holes, hole, FALSE, KIND.false);
  return scanNumber(bytes, at, to, holes, hole);
}

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

function word(bytes: Buffer, at: number, to: number, holes: Holes, hole: number, expected: Buffer, kind: number): number {
  const end = at + expected.length;
  if (end > to) return -1;
  for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return -1;
  holes.kind[hole] = kind;
  holes.start[hole] = at;
  holes.end[hole] = end;
  return end;
}

/** `2026-01-31T12:00:00.000Z` in 24 bytes: milliseconds since 1970, or NaN for any other form and for days that are none. */
export function scanTime(bytes: Buffer, at: number, to: number): number {
  if (at + 24 > to) return NaN;
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45 || bytes[at + 10] !== 84 || bytes[at + 13] !== 58) return NaN;
  if (bytes[at + 16] !== 58 || bytes[at + 19] !== 46 || bytes[at + 23] !== 90) return NaN;
  const year = two(bytes, at) * 100 + two(bytes, at + 2);
  const month = two(bytes, at + 5);
  const day = two(bytes, at + 8);
  const hour = two(bytes, at + 11);
  const minute = two(bytes, at + 14);
  const second = two(bytes, at + 17);
  const milli = two(bytes, at + 20) * 10 + digit(bytes, at + 22);
  // NaN fails every comparison.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  if (day > 28 && !(day <= daysOf(year, month))) return NaN;
  const seconds = daysBefore(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return seconds * 1000 + milli;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : DAYS[month - 1]!;
}

function digit(bytes: Buffer, at: number): number {
  const value = bytes[at]! - 48;
  return value >= 0 && value <= 9 ? value : NaN;
}

function two(bytes: Buffer, at: number): number {
  return digit(bytes, at) * 10 + digit(bytes, at + 1);
}

// Days from 1970 to a day of the Gregorian calendar, the year beginning in March (H. Hinnant, "chrono-compatible low-level date algorithms").
function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
