import { MOST_DECIMALS, nearest, POWERS } from './decimal';
import { foundNumber } from './holes';
import { readWord } from './text';

/** Digits of an integer part that are read here. */
const MOST_WHOLE_DIGITS: u64 = 15;
/** Digits that an integer of 64 bits always has room for. */
const MOST_DIGITS: u64 = 19;

// Powers of ten as integers.
const TENS: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
  10000000000000000000,
]);

// Vectors, kept in memory because a constant is built anew wherever it is used.
const TO_LEAST: usize = memory.data<i8>([80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80], 16);
const BEHIND_DIGITS: usize = memory.data<i8>(
  [-118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118, -118], 16);
const LOW_BYTES: usize = memory.data<u16>([255, 255, 255, 255, 255, 255, 255, 255], 16);
const LOW_NIBBLES: usize = memory.data<u8>([15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15], 16);
const BY_TEN: usize = memory.data<u16>([10, 10, 10, 10, 10, 10, 10, 10], 16);
const BY_HUNDRED: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const BY_MYRIAD: usize = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16);

// Where the digits of a number stand that has its dot at one place and its end at another, moved to the end of a vector.
const ORDERS: usize = memory.data(16 * 16 * 16, 16);
const NOTHING: u8 = 0x80;

export function fillOrders(): void {
  for (let dot: i32 = 0; dot < 16; dot += 1) {
    for (let end = dot; end < 16; end += 1) {
      const before = 16 - (end == dot ? end : end - 1);
      const order = orderOf(dot, end);
      for (let i: i32 = 0; i < 16; i += 1) {
        const from = i - before;
        store<u8>(order + i, from < 0 ? NOTHING : <u8>(from < dot ? from : from + 1));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function orderOf(dot: i32, end: i32): usize {
  return ORDERS + (((<usize>dot << 4) + <usize>end) << 4);
}

/** All bits of each byte that is a digit: adding moves the digits to the least of all signed bytes. */
// @ts-ignore: decorator
@inline
function digitsOf(bytes: v128): v128 {
  return i8x16.lt_s(i8x16.add(bytes, v128.load(TO_LEAST)), v128.load(BEHIND_DIGITS));
}

/**
 * Any value but objects and arrays, a number without an exponent. Returns where it ends, or 0. The lengths of numbers cannot
 * be foreseen, and a wrong guess costs the processor more than a number: where it ends is looked up, not walked to, and its
 * digits are turned into an integer all at once.
 */
// @ts-ignore: decorator
@inline
export function readScalar(at: usize, to: usize, hole4: usize, shift: i32): usize {
  const bytes = v128.load(at);
  const digits = digitsOf(bytes);
  const negative = <i32>(load<u8>(at) == 45);
  const others = ~(i8x16.bitmask(digits) | negative);
  const dot = ctz(others);
  if (dot == negative) return readWord(at, to, hole4, shift);
  let end = dot;
  let decimals = 0;
  if (load<u8>(at + dot) == 46) {
    end = ctz(others & (others - 1));
    decimals = end - dot - 1;
  }
  // It may go on behind these bytes.
  if (end >= 16) return readLong(at, hole4, shift);
  // A dot at the end.
  if (end > dot && decimals == 0) return 0;
  // A leading zero before another digit.
  if (<i32>(load<u8>(at + negative) == 48) & <i32>(dot > negative + 1)) return 0;
  const places = i8x16.swizzle(v128.and(v128.and(bytes, digits), v128.load(LOW_NIBBLES)), v128.load(orderOf(dot, end)));
  const twos = i16x8.add(i16x8.mul(v128.and(places, v128.load(LOW_BYTES)), v128.load(BY_TEN)), i16x8.shr_u(places, 8));
  const fours = i32x4.dot_i16x8_s(twos, v128.load(BY_HUNDRED));
  const eights = i64x2.extract_lane(i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.load(BY_MYRIAD)), 0);
  const whole = (eights & 0xffffffff) * 100_000_000 + (eights >> 32);
  // Fifteen digits are an integer that a double holds, and dividing rounds once.
  return foundNumber(<f64>whole / load<f64>(POWERS + (<usize>decimals << 3)), negative, at, at + end, hole4, shift);
}

/** A number of more characters than a vector has. */
function readLong(at: usize, hole4: usize, shift: i32): usize {
  const negative = <u64>(load<u8>(at) == 45);
  const first = <u64>i8x16.bitmask(digitsOf(v128.load(at)));
  const second = <u64>i8x16.bitmask(digitsOf(v128.load(at, 16)));
  const third = <u64>i8x16.bitmask(digitsOf(v128.load(at, 32)));
  const others = ~(first | (second << 16) | (third << 32) | negative);
  const dot = ctz(others);
  const before = dot - negative;
  if (before > MOST_WHOLE_DIGITS) return 0;
  const start = at + <usize>negative;
  if (<i32>(load<u8>(start) == 48) & <i32>(before > 1)) return 0;
  let digits = upToSixteen(start, before);
  if (load<u8>(at + <usize>dot) != 46) return foundNumber(<f64>(<i64>digits), negative, at, at + <usize>dot, hole4, shift);
  const end = ctz(others & (others - 1));
  const decimals = end - dot - 1;
  if (decimals - 1 >= MOST_DECIMALS) return 0;
  let rest = decimals;
  let p = at + <usize>dot + 1;
  if (rest > 16) {
    if (!fits(digits, 8)) return 0;
    digits = digits * 100_000_000 + upToEight(p, 8);
    p += 8;
    rest -= 8;
  }
  if (!fits(digits, rest)) return 0;
  digits = digits * ten(rest) + upToSixteen(p, rest);
  return foundNumber(nearest(digits, <usize>decimals), negative, at, at + <usize>end, hole4, shift);
}

// @ts-ignore: decorator
@inline
function ten(power: u64): u64 {
  return load<u64>(TENS + (<usize>power << 3));
}

/** Whether there is room for so many more digits. */
// @ts-ignore: decorator
@inline
function fits(digits: u64, more: u64): bool {
  return digits < ten(MOST_DIGITS - more);
}

/** Of one digit at least. */
// @ts-ignore: decorator
@inline
function upToSixteen(at: usize, count: u64): u64 {
  return count <= 8 ? upToEight(at, count) : upToEight(at, 8) * ten(count - 8) + upToEight(at + 8, count - 8);
}

/** The digits are moved up in their word, so that zeros stand before them; then neighbours are joined, three times. */
// @ts-ignore: decorator
@inline
function upToEight(at: usize, count: u64): u64 {
  const ones = (load<u64>(at) ^ 0x3030303030303030) << (64 - (count << 3));
  const twos = ones * 10 + (ones >> 8);
  return ((twos & 0x000000ff000000ff) * 0x000f424000000064 + ((twos >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32;
}
