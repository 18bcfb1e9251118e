/** Jensen-Shannon distance, base 2, from 0 to 1: the root of the divergence (Lin 1991; Endres and Schindelin 2003). */
export function jsDistanceBase2(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) {
    const middle = (p[i]! + q[i]!) / 2;
    if (p[i]! > 0) sum += p[i]! * Math.log2(p[i]! / middle);
    if (q[i]! > 0) sum += q[i]! * Math.log2(q[i]! / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2));
}
