/** Fine bins of a numeric feature. Ties may merge some of them, point masses may add a few. */
export const FINE_BINS = 64;

/**
 * Inner edges of fixed right-closed bins at the quantiles of a reference sample.
 *
 * Bin i is `(edges[i-1], edges[i]]`; the first and last bins are open. Edges are observed values, equal ones are
 * merged, and a value holding more than one bin's share of the sample gets a bin of its own.
 * @param sorted finite values in ascending order
 */
export function quantileEdges(sorted: Float64Array, bins: number = FINE_BINS): number[] {
  const n = sorted.length;
  if (n === 0) return [];
  const last = sorted[n - 1]!;
  const edges = new Set<number>();
  for (let j = 1; j < bins; j += 1) {
    const edge = sorted[Math.ceil((j * n) / bins) - 1] ?? sorted[0]!;
    if (edge < last) edges.add(edge);
  }
  for (const before of valuesBeforePointMasses(sorted, n / bins)) edges.add(before);
  return [...edges].sort((a, b) => a - b);
}

/** For each value that occurs more often than `limit`, the next smaller value of the sample. */
function valuesBeforePointMasses(sorted: Float64Array, limit: number): number[] {
  const found: number[] = [];
  let start = 0;
  for (let i = 1; i <= sorted.length; i += 1) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue;
    if (i - start > limit) {
      if (start > 0) found.push(sorted[start - 1]!);
      if (i < sorted.length) found.push(sorted[start]!);
    }
    start = i;
  }
  return found;
}

/** Size of the lookup table; one cell holds at most a few of 63 edges unless the feature is heavy-tailed. */
const TABLE_CELLS = 512;
export const LAST_CELL = TABLE_CELLS - 1;

/** Finds the bin of a value without allocating: one table lookup, then a search among the few edges of that cell. */
export class BinIndex {
  readonly edges: Float64Array;
  readonly first: number;
  readonly perCell: number;
  /** Edges in the cells before, by cell. For those who search many features at once; see `of`. */
  readonly table: Uint16Array;

  constructor(edges: ArrayLike<number>) {
    this.edges = Float64Array.from(edges);
    const count = this.edges.length;
    this.first = count > 0 ? this.edges[0]! : 0;
    const span = count > 1 ? this.edges[count - 1]! - this.first : 0;
    const perCell = span > 0 ? LAST_CELL / span : 0;
    this.perCell = Number.isFinite(perCell) ? perCell : 0;
    this.table = new Uint16Array(TABLE_CELLS + 1);
    for (const edge of this.edges) this.table[this.cell(edge) + 1]! += 1;
    for (let c = 1; c <= TABLE_CELLS; c += 1) this.table[c]! += this.table[c - 1]!;
  }

  /** Number of edges below `x`, which is the index of its right-closed bin. `x` must be finite. */
  of(x: number): number {
    const cell = this.cell(x);
    // The cell function is monotone, so edges of lower cells are below x and those of higher cells are not.
    let low = this.table[cell]!;
    let high = this.table[cell + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.edges[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private cell(x: number): number {
    const position = (x - this.first) * this.perCell;
    if (!(position > 0)) return 0;
    return position < LAST_CELL ? position | 0 : LAST_CELL;
  }
}
