import { emptyRoot, type Hash, nodeHash } from './hash.js';
import { splitPoint } from './split.js';

/** Where proofs read leaf hashes from; inclusive start, exclusive end. */
export interface LeafSource {
  readonly size: number;
  leaf(index: number): Hash;
}

/** Leaves in memory. */
export function leavesOf(hashes: readonly Hash[]): LeafSource {
  return { size: hashes.length, leaf: (index) => hashes[index]! };
}

/** Root hash over the first `size` leaves (RFC 6962 section 2.1). Throws a RangeError when there are fewer. */
export function rootOf(leaves: LeafSource, size = leaves.size): Hash {
  demand(size >= 0 && size <= leaves.size, `size ${size} of a log with ${leaves.size} leaves`);
  return size === 0 ? emptyRoot() : subtree(leaves, 0, size);
}

/** Audit path of one leaf in the tree of `size` leaves, from the leaf upwards (section 2.1.1). */
export function inclusionProof(leaves: LeafSource, index: number, size = leaves.size): Hash[] {
  demand(size <= leaves.size && index >= 0 && index < size, `leaf ${index} of ${size} in a log with ${leaves.size} leaves`);
  const path: Hash[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      path.push(subtree(leaves, middle, end));
      end = middle;
    } else {
      path.push(subtree(leaves, start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/** Proof that the tree of `from` leaves is a prefix of the tree of `to` leaves (section 2.1.2). Empty when they are equal or `from` is 0. */
export function consistencyProof(leaves: LeafSource, from: number, to = leaves.size): Hash[] {
  demand(from >= 0 && from <= to && to <= leaves.size, `from ${from} to ${to} in a log with ${leaves.size} leaves`);
  if (from === 0 || from === to) return [];
  const path: Hash[] = [];
  let start = 0;
  let end = to;
  // Whether the old tree is the whole of the subtree we are in from its start on.
  let whole = true;
  while (from !== end) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      path.push(subtree(leaves, middle, end));
      end = middle;
    } else {
      path.push(subtree(leaves, start, middle));
      start = middle;
      whole = false;
    }
  }
  if (!whole) path.push(subtree(leaves, start, end));
  return path.reverse();
}

function subtree(leaves: LeafSource, start: number, end: number): Hash {
  if (end - start === 1) return leaves.leaf(start);
  const middle = start + splitPoint(end - start);
  return nodeHash(subtree(leaves, start, middle), subtree(leaves, middle, end));
}

function demand(ok: boolean, what: string): void {
  if (!ok) throw new RangeError(`no such proof: ${what}`);
}
