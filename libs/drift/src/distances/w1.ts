/**
 * First Wasserstein distance in the feature's unit, from shares of right-closed bins: the integral of the difference
 * of the distribution functions (Vallender 1973), each bin's mass at its right edge.
 * @param edges inner edges, one fewer than cells
 * @param end where the mass of the last, open bin is taken to lie
 */
export function wasserstein1(p: ArrayLike<number>, q: ArrayLike<number>, edges: ArrayLike<number>, end: number): number {
  let difference = 0;
  let area = 0;
  for (let i = 0; i < edges.length; i += 1) {
    difference += q[i]! - p[i]!;
    const next = i + 1 < edges.length ? edges[i + 1]! : Math.max(end, edges[i]!);
    area += Math.abs(difference) * (next - edges[i]!);
  }
  return area;
}
