import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CompactRange, emptyRoot, leafHash, merkleRoot, nodeHash } from './merkle.js';

/** The eight leaves and the roots that the reference implementations of Certificate Transparency publish for them. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
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

/** The recursive definition of RFC 6962, section 2.1. */
function definedRoot(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes;
  if (only === undefined) return emptyRoot;
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(definedRoot(hashes.slice(0, k)), definedRoot(hashes.slice(k)));
}

describe('RFC 6962 tree', () => {
  test('the empty tree hashes to SHA-256 of nothing', () => {
    expect(merkleRoot([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test.each(roots.map((root, i) => [i + 1, root] as const))('the published root of %i leaves', (size, root) => {
    const hashes = leaves.slice(0, size).map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
    expect(merkleRoot(hashes).toString('hex')).toBe(root);
  });

  test('a range that is stored and restored at any size ends in the root of the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 40 }), fc.nat(40), (entries, cut) => {
        const hashes = entries.map((entry) => leafHash(entry));
        let range = new CompactRange();
        hashes.forEach((hash, i) => {
          if (i === cut) range = new CompactRange(range.size, range.hashes);
          range.append(hash);
        });
        expect(range.root().equals(definedRoot(hashes))).toBe(true);
        expect(range.size).toBe(hashes.length);
      }),
    );
  });

  test.each([
    [-1, []],
    [1, []],
    [3, [Buffer.alloc(32)]],
    [1, [Buffer.alloc(31)]],
  ])('a range of size %s that cannot be is refused', (size, hashes) => {
    expect(() => new CompactRange(size, hashes)).toThrow(RangeError);
  });
});
