/** Population stability index, sum (q - p) ln(q / p): the symmetric divergence of Jeffreys (1946). Shares must be positive. */
export function psi(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) sum += (q[i]! - p[i]!) * Math.log(q[i]! / p[i]!);
  return sum;
}
