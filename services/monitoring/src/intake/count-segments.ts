import type { Target } from '../domain/routing.js';
import type { WindowPart } from '../domain/window-part.js';
import type { RowSource } from './row-source.js';

/** Counts the last row once more for each declared key, under the value that it has. */
export function countSegments(part: WindowPart, { segments, layout }: Pick<Target, 'segments' | 'layout'>, source: RowSource): void {
  const { failed, score, latencyMs } = source.row;
  for (const key of segments) {
    const tally = source.tallyOf(part.segment(key), key);
    tally.n += 1;
    if (failed) tally.errors += 1;
    else {
      if (!Number.isNaN(score)) tally.addScore(score);
      // Its tally may be pushed out by the next value.
      source.countNow(tally.counts, layout);
    }
    if (!Number.isNaN(latencyMs)) tally.addLatency(latencyMs);
  }
}
