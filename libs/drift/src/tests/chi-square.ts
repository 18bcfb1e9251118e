import type { ComparableCells } from '../cells.js';
import { EFFECT_TAIL, type Effect, widen } from '../effect.js';
import { chiSquareIsf, logNonCentralSf, nonCentralityFor } from '../special/chi-square.js';

export interface TestResult {
  /** Natural logarithm of the p-value, at most 0. */
  readonly logP: number;
  readonly effect: Effect;
}

/**
 * Pearson's test of the window against the reference, in assured mode.
 *
 * The null is not "no change" but "no change beyond `materiality`, seen through a reference of n rows": the statistic
 * m sum (q-p)^2/p is referred to a non-central chi-square whose non-centrality m (sqrt(materiality) + sqrt(c/n))^2
 * swallows the reference's own error, c being the chi-square quantile at `assuranceTail`.
 */
export function assuredChiSquare(cells: ComparableCells, materiality: number, assuranceTail: number): TestResult {
  return {
    logP: logAssuredP(cells, materiality, assuranceTail),
    // Its bounds take longer than the test, and often another test decides.
    get effect() {
      return chiSquareEffect(cells);
    },
  };
}

/** The effect of that test alone. */
export function chiSquareEffect(cells: ComparableCells): Effect {
  const { n, m, reference } = cells;
  const df = reference.length - 1;
  const statistic = pearson(cells);
  const typicalError = Math.sqrt(chiSquareIsf(EFFECT_TAIL, df) / n);
  return {
    size: Math.max(0, statistic / m - df * (1 / m + 1 / n)),
    low: widen(nonCentralityFor(statistic, df, EFFECT_TAIL) / m, typicalError, -1),
    high: widen(nonCentralityFor(statistic, df, 1 - EFFECT_TAIL) / m, typicalError, 1),
  };
}

/** ln p of that test alone. */
export function logAssuredP(cells: ComparableCells, materiality: number, assuranceTail: number): number {
  const { n, m, reference } = cells;
  const df = reference.length - 1;
  const ownError = Math.sqrt(chiSquareIsf(assuranceTail, df) / n);
  return logNonCentralSf(pearson(cells), df, m * (Math.sqrt(materiality) + ownError) ** 2);
}

/** m sum (q-p)^2/p with half a row added to each reference cell. */
function pearson({ reference, window, n, m }: ComparableCells): number {
  const total = n + 0.5 * reference.length;
  let sum = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const expected = (m * (reference[i]! + 0.5)) / total;
    sum += (window[i]! - expected) ** 2 / expected;
  }
  return sum;
}
