/** Greatest power of two smaller than n, where RFC 6962 splits a tree of n > 1 leaves. Safe beyond 2^31. */
export function splitPoint(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
