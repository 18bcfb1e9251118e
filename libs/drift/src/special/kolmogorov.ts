/** P(sqrt(n) D > x) in the limit of large n: 2 sum (-1)^(k-1) exp(-2 k^2 x^2), or its theta transform for small x. */
export function kolmogorovSf(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    const factor = Math.sqrt(2 * Math.PI) / x;
    let sum = 0;
    for (let k = 1; k < 40; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return Math.max(0, 1 - factor * sum);
  }
  let sum = 0;
  for (let k = 1; k < 100; k += 1) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18 * Math.abs(sum)) break;
  }
  return Math.min(1, 2 * sum);
}
