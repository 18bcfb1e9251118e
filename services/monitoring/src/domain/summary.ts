import type { WindowClosed, WindowCounts } from '@drawbridge/contracts';
import { summarizeLatency } from './latency.js';
import type { Tally } from './tally.js';
import type { WindowPart } from './window-part.js';

/** The accounting of a window as it goes over the wire. */
export function windowCounts(window: { id: string; startMs: number; endMs: number; revision: number }, part: CountedPart): WindowCounts {
  const expected = part.announces ? part.n + part.dropped : null;
  return {
    id: window.id,
    start: iso(window.startMs),
    end: iso(window.endMs),
    revision: Math.max(1, window.revision),
    n: part.n,
    expected,
    late: part.late,
    deduplicated: part.deduplicated,
    rejected: part.rejected,
    coverage: expected === null || expected === 0 ? null : part.n / expected,
  };
}

export type CountedPart = Pick<WindowPart, 'n' | 'dropped' | 'announces' | 'late' | 'deduplicated' | 'rejected'>;

export function latencyOf(part: WindowPart): WindowClosed['latency'] {
  return summarizeLatency(part.latency);
}

/** Null without scores, and where they are so large that their sum is no number. */
export function predictionOf({ scoreCount, scoreSum }: Tally): WindowClosed['prediction'] {
  return scoreCount === 0 || !Number.isFinite(scoreSum) ? null : { mean: scoreSum / scoreCount, n: scoreCount };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
