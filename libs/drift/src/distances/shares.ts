/** Shares of the first `cells` counts of a histogram as they stand; all zero when it is empty. */
export function shares(counts: ArrayLike<number>, cells: number = counts.length): Float64Array {
  const result = new Float64Array(cells);
  const total = totalOf(counts, cells);
  for (let i = 0; i < cells; i += 1) result[i] = total > 0 ? counts[i]! / total : counts[i]!;
  return result;
}

/** The same with half a row added to every cell (Jeffreys), for measures that take logarithms. */
export function smoothedShares(counts: ArrayLike<number>, cells: number = counts.length): Float64Array {
  const result = new Float64Array(cells);
  const total = totalOf(counts, cells) + 0.5 * cells;
  for (let i = 0; i < cells; i += 1) result[i] = (counts[i]! + 0.5) / total;
  return result;
}

export function totalOf(counts: ArrayLike<number>, cells: number = counts.length): number {
  let total = 0;
  for (let i = 0; i < cells; i += 1) total += counts[i]!;
  return total;
}
