import { createHash } from 'node:crypto';

/** A SHA-256 hash, 32 bytes. */
export type Hash = Uint8Array;

/** Hash of a leaf: SHA-256(0x00 || data), RFC 6962 section 2.1. The prefix keeps leaves and nodes apart. */
export function leafHash(data: Uint8Array | string): Hash {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Hash {
  return createHash('sha256').digest();
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function toHex(hash: Hash): string {
  return Buffer.from(hash).toString('hex');
}

/** Throws a RangeError when the text is not 64 hexadecimal digits. */
export function fromHex(text: string): Hash {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new RangeError('a SHA-256 hash is 64 hexadecimal digits');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
