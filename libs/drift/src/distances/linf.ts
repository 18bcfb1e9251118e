/** Largest difference of any one share. */
export function lInfinity(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < p.length; i += 1) largest = Math.max(largest, Math.abs(p[i]! - q[i]!));
  return largest;
}
