/** Pearson's phi squared, sum (q - p)^2 / p (Pearson 1900): equals PSI for small changes, s^2 for a normal shift of s sd. */
export function phi2(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) sum += (q[i]! - p[i]!) ** 2 / p[i]!;
  return sum;
}
