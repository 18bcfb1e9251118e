/**
 * Kolmogorov-Smirnov statistic on binned data: the largest difference of the cumulative shares at a bin edge.
 * It is below the statistic of the raw values by at most the largest bin's share. Cells must be in order.
 */
export function ks(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < p.length; i += 1) {
    difference += q[i]! - p[i]!;
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest;
}
