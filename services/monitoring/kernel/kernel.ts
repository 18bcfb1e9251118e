/*
 * Matches events against forms and reads their values. It is a module of its own because JavaScript has neither integers of
 * 64 bits nor vectors, which is what reading numbers needs. AssemblyScript without its runtime: nothing is allocated.
 */
import {
  BLOCK,
  HASHES,
  KINDS,
  MEMORY_PAGES,
  MOST_NAME_BYTES,
  NUMBER,
  NUMBERS,
  READ_COUNT,
  READ_END,
  READ_POSITIVE,
  READ_ROUTE,
  READ_SCALAR,
  READ_SHORT_TEXT,
  READ_STATUS,
  READ_TIME,
  ROUTE_HASH,
  TIME,
} from '../src/intake/decode/kernel-layout';
export { countColumn, keepRow } from './columns';
import { fillOrders, readScalar } from './number';
import { readText, seedHashes } from './text';
import { readTime, TIME_BYTES } from './time';

let seed: i32 = 0;
let okHash: i32 = 0;
let errorHash: i32 = 0;

/** To be called once. Texts have the hashes of the process. */
export function prepare(hashSeed: i32, ok: i32, error: i32): void {
  // The compiler places constants from the beginning of the memory; they must not reach what stands behind them.
  if (<i32>__heap_base > KINDS || memory.size() != MEMORY_PAGES) unreachable();
  seed = hashSeed;
  okHash = ok;
  errorHash = error;
  seedHashes(hashSeed);
  fillOrders();
}

/**
 * Matches the bytes of the slab from `at` against a program: bytes that must be there, then a value, and so on. Returns
 * where they end, or 0 when they are of another form. Holes are given as positions in the slab plus `shift`.
 */
export function match(program: usize, at: usize, to: usize, shift: i32): usize {
  let piece = program;
  let p = at;
  let routeHash = seed;
  for (;;) {
    const length = load<u32>(piece);
    const mask = load<i32>(piece, 4);
    const read = load<i32>(piece, 8);
    const hole4 = <usize>load<u32>(piece, 12);
    // The bytes of the next record may lie behind this one.
    if (p + length > to) return 0;
    let from = p;
    p += length;
    piece += BLOCK;
    for (; from + BLOCK < p; from += BLOCK) {
      if (equalBytes(from, piece) != 0xffff) return 0;
      piece += BLOCK;
    }
    if ((equalBytes(from, piece) & mask) != mask) return 0;
    piece += BLOCK;
    // The most frequent first.
    if (read <= READ_COUNT) {
      if (read == READ_END) break;
      p = readScalar(p, to, hole4, shift);
      if (p == 0) return 0;
      if (read != READ_SCALAR && !isAllowed(read, hole4)) return 0;
    } else if (read == READ_TIME) {
      if (p + TIME_BYTES > to) return 0;
      const timeMs = readTime(p);
      if (timeMs != timeMs) return 0;
      store<f64>(TIME, timeMs);
      p += TIME_BYTES;
    } else {
      const start = p;
      p = readText(p, to, hole4, shift);
      if (p == 0) return 0;
      const hash = load<i32>(hole4, HASHES);
      if (read == READ_STATUS) {
        if (hash != okHash && hash != errorHash) return 0;
      } else {
        const bytes = <i32>(p - start);
        if (bytes > MOST_NAME_BYTES || (bytes == 0 && read != READ_SHORT_TEXT)) return 0;
        if (read == READ_ROUTE) routeHash = routeHash * 31 + hash;
      }
    }
  }
  store<i32>(ROUTE_HASH, routeHash);
  return p;
}

/** A bit for each byte that is the same. */
// @ts-ignore: decorator
@inline
function equalBytes(a: usize, b: usize): i32 {
  return i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)));
}

/** Whether a hole holds a number of the kind that belongs there. */
// @ts-ignore: decorator
@inline
function isAllowed(read: i32, hole4: usize): bool {
  if (load<u8>(hole4 >> 2, KINDS) != NUMBER) return false;
  const number = load<f64>(hole4 << 1, NUMBERS);
  if (read == READ_POSITIVE) return number >= 0;
  return read != READ_COUNT || (number >= 0 && number <= <f64>((<i64>1 << 53) - 1) && trunc(number) == number);
}
