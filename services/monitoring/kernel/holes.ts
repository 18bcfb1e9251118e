import { ENDS, HASHES, KINDS, NUMBER, NUMBERS, STARTS, TEXT } from '../src/intake/decode/kernel-layout';

// Holes are given by four times their number: where most of their values stand, then, is an offset of the instruction.

/** Writes what a hole holds besides numbers and texts. `shift` leads from positions in the slab to those in the batch. */
// @ts-ignore: decorator
@inline
export function foundAt(kind: i32, at: usize, end: usize, hole4: usize, shift: i32): usize {
  store<u8>(hole4 >> 2, kind, KINDS);
  store<i32>(hole4, <i32>at + shift, STARTS);
  store<i32>(hole4, <i32>end + shift, ENDS);
  return end;
}

// @ts-ignore: decorator
@inline
export function foundNumber(size: f64, negative: u64, at: usize, end: usize, hole4: usize, shift: i32): usize {
  // By its sign bit, so that minus zero is kept too, and nothing is to be foreseen.
  store<u64>(hole4 << 1, reinterpret<u64>(size) | (negative << 63), NUMBERS);
  return foundAt(NUMBER, at, end, hole4, shift);
}

// @ts-ignore: decorator
@inline
export function foundText(hash: i32, at: usize, end: usize, hole4: usize, shift: i32): usize {
  store<i32>(hole4, hash, HASHES);
  return foundAt(TEXT, at, end, hole4, shift);
}
