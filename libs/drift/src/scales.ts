import { SCALES } from './budget.js';
import { WindowCounts } from './window-counts.js';

/** A sum of consecutive base windows. */
export interface ScaleSum {
  readonly scale: number;
  readonly counts: WindowCounts;
}

/** Scales whose turn it is after the window with this number (from 0): scale s every s windows, the base scale always. */
export function scalesDue(windowNumber: number): number[] {
  return SCALES.filter((scale) => (windowNumber + 1) % scale === 0);
}

/**
 * Sums for every scale that is due and has all its windows.
 * @param recent base windows in time order, the last one is the window with number `windowNumber`
 */
export function dueSums(windowNumber: number, recent: readonly WindowCounts[]): ScaleSum[] {
  return scalesDue(windowNumber)
    .filter((scale) => scale <= recent.length)
    .map((scale) => ({ scale, counts: sumOf(recent.slice(recent.length - scale)) }));
}

/** Sum of at least one window. */
function sumOf(windows: readonly WindowCounts[]): WindowCounts {
  const [first, ...rest] = windows;
  if (first === undefined) throw new RangeError('nothing to sum');
  return rest.reduce((sum, window) => sum.merge(window), first.copy());
}
