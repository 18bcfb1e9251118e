import { createHash } from 'node:crypto';

/** Merkle tree hashing of RFC 6962, section 2.1, with SHA-256. */

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);
const hashBytes = 32;

/** Hash of an entry: SHA-256 of 0x00 and its bytes. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(leafPrefix).update(bytes).digest();
}

/** Hash of two subtrees: SHA-256 of 0x01, the left and the right hash. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

/** Root of the tree without entries. */
export const emptyRoot: Buffer = createHash('sha256').digest();

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first. There is one for each bit of the size that is set,
 * so that a tree of a billion entries grows with thirty hashes kept.
 */
export class CompactRange {
  private readonly subtrees: Buffer[];
  private count: number;

  /** Goes on from a stored range; without arguments, from the empty tree. */
  constructor(size = 0, subtrees: readonly Uint8Array[] = []) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a tree cannot have ${size} entries`);
    if (subtrees.length !== bitsOf(size)) throw new RangeError(`a tree of ${size} entries has ${bitsOf(size)} subtrees, not ${subtrees.length}`);
    if (subtrees.some((hash) => hash.length !== hashBytes)) throw new RangeError('a subtree hash must be 32 bytes');
    this.count = size;
    this.subtrees = subtrees.map((hash) => Buffer.from(hash));
  }

  get size(): number {
    return this.count;
  }

  /** Roots of the complete subtrees, largest first. */
  get hashes(): readonly Buffer[] {
    return this.subtrees;
  }

  /** Adds the hash of one more leaf. */
  append(leaf: Uint8Array): void {
    let hash: Buffer = Buffer.from(leaf);
    // Every trailing 1 of the size is a complete subtree that the new one completes to the next larger.
    for (let rest = this.count; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.subtrees.pop();
      if (left === undefined) throw new Error('the range has lost a subtree');
      hash = nodeHash(left, hash);
    }
    this.subtrees.push(hash);
    this.count += 1;
  }

  /** Root of the tree as it stands. */
  root(): Buffer {
    const last = this.subtrees.at(-1);
    if (last === undefined) return emptyRoot;
    return this.subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

/** Root over the hashes of all leaves, in order. */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Buffer {
  const range = new CompactRange();
  for (const hash of leafHashes) range.append(hash);
  return range.root();
}
