import { randomInt } from 'node:crypto';

/** Another one in every process: nobody can prepare texts that all fall into one place of a table. */
export const HASH_SEED = randomInt(2 ** 32) | 0;
const HASH_PRIME = 0x01000193;
/** Bytes of one step. */
export const WORD = 4;

/**
 * One step: FNV-1a over little-endian words of four bytes, the last one filled up with zeros. Reversible, so that texts of
 * one word and no zero bytes have the same hash only when they are the same.
 */
export function mixed(hash: number, word: number): number {
  const next = Math.imul(hash ^ word, HASH_PRIME);
  // Multiplying moves nothing down, and tables look at the low bits.
  return next ^ (next >>> 15);
}

/** 32 bits for looking bytes up within this process. */
export function hashOf(text: string | Uint8Array, from = 0, to?: number): number {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const end = to ?? bytes.length;
  let hash = HASH_SEED;
  for (let at = from; at < end; at += WORD) {
    let word = 0;
    for (let i = 0; i < WORD && at + i < end; i += 1) word |= bytes[at + i]! << (8 * i);
    hash = mixed(hash, word);
  }
  return hash;
}
