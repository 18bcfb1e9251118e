import { emptyRoot, fromHex, type Hash, nodeHash, toHex } from './hash.js';

/**
 * The right edge of a growing tree: one root per complete subtree, largest first. Appending a leaf and reading the
 * root cost a handful of hashes, whatever the size, and it is all a log has to remember to go on.
 */
export class Frontier {
  private constructor(
    private readonly edge: Hash[],
    private count: number,
  ) {}

  static empty(): Frontier {
    return new Frontier([], 0);
  }

  /** Restores what `toJSON` gave. Throws a RangeError when size and edge do not belong together. */
  static from(state: FrontierState): Frontier {
    const { size, edge } = state;
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is no size of a log`);
    if (edge.length !== onesIn(size)) throw new RangeError(`a log of ${size} leaves has ${onesIn(size)} subtrees on its edge`);
    return new Frontier(edge.map(fromHex), size);
  }

  get size(): number {
    return this.count;
  }

  /** Takes in the hash of the next leaf. */
  append(leaf: Hash): void {
    let hash = leaf;
    for (let n = this.count; n % 2 === 1; n = (n - 1) / 2) hash = nodeHash(this.edge.pop()!, hash);
    this.edge.push(hash);
    this.count += 1;
  }

  root(): Hash {
    if (this.count === 0) return emptyRoot();
    return this.edge.reduceRight((right, left) => nodeHash(left, right));
  }

  toJSON(): FrontierState {
    return { size: this.count, edge: this.edge.map(toHex) };
  }
}

export interface FrontierState {
  readonly size: number;
  /** Hashes in hexadecimal, largest subtree first. */
  readonly edge: readonly string[];
}

function onesIn(n: number): number {
  let ones = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
