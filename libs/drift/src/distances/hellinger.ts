/** Hellinger distance, from 0 to 1: sqrt(sum (sqrt p - sqrt q)^2 / 2) (Hellinger 1909). */
export function hellinger(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) sum += (Math.sqrt(p[i]!) - Math.sqrt(q[i]!)) ** 2;
  return Math.sqrt(sum / 2);
}
