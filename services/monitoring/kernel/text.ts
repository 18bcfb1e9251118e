import { FALSE, NULL, TRUE } from '../src/intake/decode/kernel-layout';
import { foundAt, foundText } from './holes';

const SPACES: usize = memory.data<u8>([32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32], 16);
const QUOTES: usize = memory.data<u8>([34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34, 34], 16);
const BACKSLASHES: usize = memory.data<u8>([92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92, 92], 16);
const DELETES: usize = memory.data<u8>([127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127], 16);

let seed: i32 = 0;

export function seedHashes(value: i32): void {
  seed = value;
}

/** Text in ASCII without escapes; `at` is behind the opening quote, the result is the closing one, or 0. */
// @ts-ignore: decorator
@inline
export function readText(at: usize, to: usize, hole4: usize, shift: i32): usize {
  let p = at;
  let unusual = unusualOf(p);
  while (unusual == 0) {
    p += 16;
    if (p > to) return 0;
    unusual = unusualOf(p);
  }
  const end = p + ctz(unusual);
  if (load<u8>(end) != 34) return 0;
  return foundText(hashOf(at, end), at, end, hole4, shift);
}

/** A mark for each byte that is not plain: quote, backslash, control or beyond ASCII. */
// @ts-ignore: decorator
@inline
function unusualOf(at: usize): i32 {
  const bytes = v128.load(at);
  // As signed numbers what is beyond ASCII is below the space.
  const low = i8x16.lt_s(bytes, v128.load(SPACES));
  const quote = i8x16.eq(bytes, v128.load(QUOTES));
  const backslash = i8x16.eq(bytes, v128.load(BACKSLASHES));
  const del = i8x16.eq(bytes, v128.load(DELETES));
  return i8x16.bitmask(v128.or(v128.or(low, quote), v128.or(backslash, del)));
}

/** What `hashOf` in byte-hash.ts gives. */
// @ts-ignore: decorator
@inline
function hashOf(at: usize, end: usize): i32 {
  let hash = seed;
  let p = at;
  for (; p + 4 <= end; p += 4) hash = mixed(hash, load<i32>(p));
  const rest = <i32>(end - p);
  return rest > 0 ? mixed(hash, load<i32>(p) & ((1 << (rest << 3)) - 1)) : hash;
}

// @ts-ignore: decorator
@inline
function mixed(hash: i32, word: i32): i32 {
  const next = (hash ^ word) * 0x01000193;
  return next ^ (next >>> 15);
}

// The first four bytes of the words, little-endian, and `e`, the last of `false`.
const NULL_WORD: i32 = 0x6c6c756e;
const TRUE_WORD: i32 = 0x65757274;
const FALS_WORD: i32 = 0x736c6166;
const E: u8 = 101;

/** What is no number: a text with its quotes, null, true or false. Returns where it ends, or 0. */
export function readWord(at: usize, to: usize, hole4: usize, shift: i32): usize {
  if (load<u8>(at) == 34) {
    const closing = readText(at + 1, to, hole4, shift);
    return closing == 0 ? 0 : closing + 1;
  }
  const word = load<i32>(at);
  if (word == NULL_WORD) return foundAt(NULL, at, at + 4, hole4, shift);
  if (word == TRUE_WORD) return foundAt(TRUE, at, at + 4, hole4, shift);
  if (word == FALS_WORD && load<u8>(at, 4) == E) return foundAt(FALSE, at, at + 5, hole4, shift);
  return 0;
}
