/** A process that lived this long begins anew when it ends: its earlier ends are forgotten. */
export const stableAfterMs = 60_000;

const firstMs = 500;
const longestMs = 30_000;

/** How long to wait before the n-th restart in a row (n from 1). */
export function restartDelayMs(n: number): number {
  return Math.min(longestMs, firstMs * 2 ** (n - 1));
}

/** The number of this restart in a row, given the number of the last one and how long the process lived since. */
export function restartNumber(last: number, livedMs: number): number {
  return livedMs >= stableAfterMs ? 1 : last + 1;
}
