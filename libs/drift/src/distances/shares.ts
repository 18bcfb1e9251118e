/** Shares of a histogram as they stand; all zero when it is empty. */
export function shares(counts: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(counts);
  const total = result.reduce((sum, c) => sum + c, 0);
  return total > 0 ? result.map((c) => c / total) : result;
}

/** Shares with half a row added to every cell (Jeffreys), for measures that take logarithms. */
export function smoothedShares(counts: ArrayLike<number>): Float64Array {
  const total = Array.prototype.reduce.call(counts, (sum: unknown, c: number) => (sum as number) + c, 0) as number;
  return Float64Array.from(counts, (c) => (c + 0.5) / (total + 0.5 * counts.length));
}
