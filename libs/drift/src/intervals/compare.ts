import { newcombe } from './newcombe.js';

/** What a guard concludes from two arms of traffic. */
export type Comparison = 'pass' | 'fail' | 'inconclusive';

export interface ProportionComparison {
  /** Rate of the candidate minus rate of the stable version. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Comparison;
}

export interface Proportion {
  readonly count: number;
  readonly rows: number;
}

/**
 * Is the candidate's rate of something bad within `margin` of the stable one? `pass` when the whole interval of the
 * difference is below the margin, `fail` when the whole of it is above, `inconclusive` between.
 */
export function compareProportions(candidate: Proportion, stable: Proportion, margin: number, error = 0.05): ProportionComparison {
  const [low, high] = newcombe(candidate.count, candidate.rows, stable.count, stable.rows, error);
  const rate = ({ count, rows }: Proportion): number => (rows > 0 ? count / rows : 0);
  return { difference: rate(candidate) - rate(stable), low, high, verdict: verdictOf(low, high, margin) };
}

/** The three-way verdict of an interval of "how much worse" against the most that is tolerated. */
export function verdictOf(low: number, high: number, margin: number): Comparison {
  if (high <= margin) return 'pass';
  return low > margin ? 'fail' : 'inconclusive';
}
