import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Frontier } from './frontier.js';
import { emptyRoot, fromHex, type Hash, leafHash, toHex } from './hash.js';
import { consistencyProof, inclusionProof, leavesOf, rootOf } from './tree.js';
import { verifyConsistency, verifyInclusion } from './verify.js';

/** The eight leaves and the roots published with the reference implementation of Certificate Transparency. */
const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = leavesOf(vectors.map((hex) => leafHash(Buffer.from(hex, 'hex'))));

describe('published vectors', () => {
  test('the empty tree', () => {
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(rootOf(leavesOf([])))).toBe(toHex(emptyRoot()));
  });

  test.each(roots.map((root, i) => [i + 1, root] as const))('root of %i leaves', (size, root) => {
    expect(toHex(rootOf(leaves, size))).toBe(root);
  });

  test.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('audit path of leaf %i in %i', (index, size, path) => {
    expect(inclusionProof(leaves, index, size).map(toHex)).toEqual(path);
    expect(verifyInclusion(leaves.leaf(index), index, size, path.map(fromHex), rootOf(leaves, size))).toBe(true);
  });

  test.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('consistency of %i with %i', (from, to, path) => {
    expect(consistencyProof(leaves, from, to).map(toHex)).toEqual(path);
    expect(verifyConsistency(from, rootOf(leaves, from), to, rootOf(leaves, to), path.map(fromHex))).toBe(true);
  });
});

describe('any tree', () => {
  const many = leavesOf(Array.from({ length: 70 }, (_, i) => leafHash(`entry ${i}`)));
  const sizes = fc.tuple(fc.nat(70), fc.nat(70)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  test('every leaf is included, at its own place only', () => {
    for (let size = 1; size <= 40; size += 1) {
      const root = rootOf(many, size);
      for (let index = 0; index < size; index += 1) {
        const path = inclusionProof(many, index, size);
        expect(verifyInclusion(many.leaf(index), index, size, path, root)).toBe(true);
        expect(verifyInclusion(many.leaf(index), index + 1, size, path, root)).toBe(false);
      }
    }
  });

  test('every prefix is consistent, another history is not', () => {
    fc.assert(
      fc.property(sizes, fc.nat(69), ([from, to], changed) => {
        const path = consistencyProof(many, from, to);
        expect(verifyConsistency(from, rootOf(many, from), to, rootOf(many, to), path)).toBe(true);
        const forged = leavesOf(Array.from({ length: to }, (_, i) => (i === changed ? leafHash('forged') : many.leaf(i))));
        const stillEqual = changed >= from;
        const proof = consistencyProof(forged, from, to);
        expect(verifyConsistency(from, rootOf(many, from), to, rootOf(forged, to), proof)).toBe(stillEqual);
      }),
    );
  });

  test('a damaged proof is refused, not thrown over', () => {
    const path = inclusionProof(many, 13, 50);
    const root = rootOf(many, 50);
    const flipped = path.map((hash, i): Hash => (i === 1 ? hash.map((byte) => byte ^ 1) : hash));
    for (const bad of [path.slice(1), [...path, path[0]!], flipped, []]) {
      expect(verifyInclusion(many.leaf(13), 13, 50, bad, root)).toBe(false);
    }
    expect(verifyInclusion(many.leaf(13), -1, 50, path, root)).toBe(false);
    expect(verifyInclusion(many.leaf(13), 13.5, 50, path, root)).toBe(false);
    expect(verifyConsistency(5, rootOf(many, 5), 3, rootOf(many, 3), [])).toBe(false);
    expect(verifyConsistency(3, rootOf(many, 3), 5, rootOf(many, 5), [])).toBe(false);
  });

  test('impossible proofs are refused with their sizes', () => {
    expect(() => inclusionProof(many, 70)).toThrow('leaf 70 of 70 in a log with 70 leaves');
    expect(() => consistencyProof(many, 9, 8)).toThrow('from 9 to 8');
    expect(() => rootOf(many, 71)).toThrow(RangeError);
  });
});

describe('frontier', () => {
  test('has the root of the tree at every size, also after a restart', () => {
    let frontier = Frontier.empty();
    for (let size = 0; size < 70; size += 1) {
      const leaf = leafHash(`entry ${size}`);
      frontier.append(leaf);
      const all = leavesOf(Array.from({ length: size + 1 }, (_, i) => leafHash(`entry ${i}`)));
      expect(toHex(frontier.root())).toBe(toHex(rootOf(all)));
      frontier = Frontier.from(JSON.parse(JSON.stringify(frontier)));
    }
    expect(frontier.size).toBe(70);
  });

  test('a state that cannot be is refused', () => {
    expect(() => Frontier.from({ size: 3, edge: [] })).toThrow('a log of 3 leaves has 2 subtrees');
    expect(() => Frontier.from({ size: -1, edge: [] })).toThrow(RangeError);
    expect(() => Frontier.from({ size: 1, edge: ['zz'] })).toThrow('64 hexadecimal digits');
  });
});
