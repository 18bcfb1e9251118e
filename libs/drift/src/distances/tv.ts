/** Total variation distance, half the sum of absolute differences: the share of rows that would have to move. */
export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) sum += Math.abs(p[i]! - q[i]!);
  return sum / 2;
}
