/** KL(window || reference) = sum q ln(q / p) in nats: the code-length excess (Kullback and Leibler 1951). `p` must be positive. */
export function kl(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) if (q[i]! > 0) sum += q[i]! * Math.log(q[i]! / p[i]!);
  return sum;
}
