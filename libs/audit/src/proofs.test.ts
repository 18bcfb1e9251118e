import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Frontier } from './frontier.js';
import { type Hash, leafHash, sameHash, toHex } from './hash.js';
import { consistencyProof, inclusionProof, leavesOf, rootOf } from './tree.js';
import { verifyConsistency, verifyInclusion } from './verify.js';

const log = (size: number) => leavesOf(Array.from({ length: size }, (_, index) => leafHash(`entry ${index}`)));
const bent = (hash: Hash): Hash => Uint8Array.from(hash, (byte, i) => (i === 0 ? byte ^ 1 : byte));

describe('a proof', () => {
  test('rests on the roots that the test vectors of Certificate Transparency have', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const leaves = leavesOf(inputs.map((hex) => leafHash(Buffer.from(hex, 'hex'))));
    expect(toHex(rootOf(leaves, 1))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(toHex(rootOf(leaves))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  test('of inclusion holds for every leaf of every tree, and for nothing else', () => {
    for (let size = 1; size <= 20; size += 1) {
      const leaves = log(size);
      const root = rootOf(leaves);
      for (let index = 0; index < size; index += 1) {
        const path = inclusionProof(leaves, index);
        expect(verifyInclusion(leaves.leaf(index), index, size, path, root)).toBe(true);
        expect(verifyInclusion(bent(leaves.leaf(index)), index, size, path, root)).toBe(false);
        expect(verifyInclusion(leaves.leaf(index), index, size, [...path, root], root)).toBe(false);
        expect(verifyInclusion(leaves.leaf(index), index, size, path, bent(root))).toBe(false);
        if (size > 1) expect(verifyInclusion(leaves.leaf(index), (index + 1) % size, size, path, root)).toBe(false);
      }
    }
  });

  test('of consistency holds between any two sizes of one log, and not when the old log was another', () => {
    const leaves = log(20);
    for (let to = 1; to <= 20; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const path = consistencyProof(leaves, from, to);
        const [old, root] = [rootOf(leaves, from), rootOf(leaves, to)];
        expect(verifyConsistency(from, old, to, root, path)).toBe(true);
        expect(verifyConsistency(from, bent(old), to, root, path)).toBe(false);
        expect(verifyConsistency(from, old, to, bent(root), path)).toBe(false);
      }
    }
  });

  test('is never believed because it is odd: verifiers answer false, whatever they are given', () => {
    const hash = fc.uint8Array({ minLength: 0, maxLength: 40 });
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.array(hash, { maxLength: 70 }), hash, hash, (a, b, path, first, second) => {
        const honest = a === b && sameHash(first, second) && path.length === 0;
        expect(verifyConsistency(a, first, b, second, path) && !honest).toBe(false);
        expect(verifyInclusion(first, a, b, path, second) && !sameHash(first, second)).toBe(false);
      }),
    );
  });

  test('is about the same tree that the log grows by', () => {
    const leaves = log(37);
    const frontier = Frontier.empty();
    for (let index = 0; index < leaves.size; index += 1) {
      frontier.append(leaves.leaf(index));
      expect(sameHash(frontier.root(), rootOf(leaves, index + 1))).toBe(true);
    }
  });
});
