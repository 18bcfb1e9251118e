import { type Holes, KIND } from './holes.js';

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
const ZEROS = 0x30303030;
const CARRY = 0x76767676;
const MARKS = 0x80808080 | 0;

/** The value of four digits, each in a byte of its own, the first in the lowest. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/**
 * A number without exponent. With an few digits, as nearly all have, it is the
 * correctly rounded double: an exact integer divided by an exact power of ten. With more digits it may differ in the last
 * bit, which its kind tells. Returns where it ends, or -1.
 */
export function scanNumber(view: DataView, at: number, to: number, holes: Holes, hole: number): number {
  if (at + REACH > view.byteLength) return scanNumberSlowly(view, at, to, holes, hole);
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
      if (mantissa >= LONG) return scanNumberSlowly(view, at, to, holes, hole);
      p += 4;
      word = view.getInt32(p, true) ^ ZEROS;
      marks = ((word + CARRY) | word) & MARKS;
    } while (marks === 0);
  } else if ((marks & 0x80) !== 0 || ((word & 0xff) === 0 && (marks & 0x8000) === 0)) return -1;
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
  holes.kind[hole] = tailDigits === 0 ? KIND.number : KIND.longNumber;
  holes.number[hole] = negative ? -value : value;
  holes.start[hole] = at;
  holes.end[hole] = p;
  return p;
}

const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,22})?$/;

/** The same near the end of the bytes, where four of them at a time may not be there, and for long integers. */
function scanNumberSlowly(view: DataView, at: number, to: number, holes: Holes, hole: number): number {
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
  if (p >= to || !NUMBER.test(text)) return -1;
  holes.kind[hole] = KIND.number;
  holes.number[hole] = Number(text);
  holes.start[hole] = at;
  holes.end[hole] = p;
  return p;
}
