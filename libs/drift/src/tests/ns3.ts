import { EFFECT_TAIL } from '../effect.js';
import { logNormalSf, normalIsf, normalQuantile } from '../special/normal.js';
import type { TestResult } from './chi-square.js';

/** Location, spread and shape of a distribution in normal scores of the reference. */
export type Components = readonly [number, number, number];
export const COMPONENT_NAMES = ['location', 'spread', 'shape'] as const;

/** The reference seen through normal scores: what each cell scores, its components and their sampling variances. */
export interface Ns3Reference {
  readonly scores: Float64Array;
  readonly components: Components;
  /** Variance of each component times the number of rows (delta method); 0 when the bins cannot show it. */
  readonly variances: Components;
  readonly n: number;
}

/** A component whose variance is below this cannot be told from a constant on these bins. */
const LEAST_VARIANCE = 0.02;
const LEAST_SPREAD = 1e-4;

/**
 * Prepares the three normal-score components on fixed bins: each cell scores the normal quantile of its mid-rank,
 * scaled to mean 0 and variance 1 in the reference. Nothing when the reference sits in one cell.
 */
export function ns3Reference(counts: ArrayLike<number>, cells: number): Ns3Reference | undefined {
  let n = 0;
  for (let i = 0; i < cells; i += 1) n += counts[i]!;
  if (n === 0) return undefined;
  const scores = new Float64Array(cells);
  let below = 0;
  for (let i = 0; i < cells; i += 1) {
    const midRank = (below + counts[i]! / 2) / n;
    scores[i] = normalQuantile(Math.min(1 - 0.5 / n, Math.max(0.5 / n, midRank)));
    below += counts[i]!;
  }
  const mean = moment(counts, scores, n, 0, 1);
  const sd = Math.sqrt(moment(counts, scores, n, mean, 2));
  if (!(sd > 1e-6)) return undefined;
  for (let i = 0; i < cells; i += 1) scores[i] = (scores[i]! - mean) / sd;

  const third = moment(counts, scores, n, 0, 3);
  const fourth = moment(counts, scores, n, 0, 4);
  let shape = 0;
  for (let i = 0; i < cells; i += 1) {
    const z = scores[i]!;
    // Influence of one row on the standardised third moment.
    const influence = z ** 3 - third - 3 * z - 1.5 * third * (z * z - 1);
    shape += (counts[i]! / n) * influence * influence;
  }
  const usable = (variance: number): number => (variance < LEAST_VARIANCE ? 0 : variance);
  return {
    scores,
    components: [0, 0, third / Math.sqrt(6)],
    variances: [1, usable((fourth - 1) / 4), usable(shape / 6)],
    n,
  };
}

/** Mean, half the log variance, and standardised third moment over sqrt 6, of a histogram on the reference's scores. */
export function componentsOf(reference: Ns3Reference, counts: ArrayLike<number>): { components: Components; m: number } {
  const { scores } = reference;
  let m = 0;
  for (let i = 0; i < scores.length; i += 1) m += counts[i]!;
  if (m === 0) return { components: reference.components, m };
  const mean = moment(counts, scores, m, 0, 1);
  const variance = Math.max(LEAST_SPREAD, moment(counts, scores, m, mean, 2));
  const third = moment(counts, scores, m, mean, 3);
  return { components: [mean, Math.log(variance) / 2, third / variance ** 1.5 / Math.sqrt(6)], m };
}

export interface Ns3Result extends TestResult {
  /** The component that moved most. */
  readonly component: (typeof COMPONENT_NAMES)[number];
}

/**
 * Three normal tests on the components, Bonferroni, in assured mode: a component counts only beyond the tolerance
 * sqrt(materiality v) (its PSI equivalent) and the reference's own error at `assuranceTail`.
 */
export function ns3Test(reference: Ns3Reference, counts: ArrayLike<number>, materiality: number, assuranceTail: number): Ns3Result {
  const { components, m } = componentsOf(reference, counts);
  const own = normalIsf(assuranceTail / 6);
  let best: Ns3Result = { logP: 0, effect: { size: 0, low: 0, high: 0 }, component: 'location' };
  let largest = -Infinity;
  components.forEach((component, j) => {
    const variance = reference.variances[j]!;
    if (variance === 0) return;
    const difference = Math.abs(component - reference.components[j]!);
    const tolerated = Math.sqrt(materiality * variance) + own * Math.sqrt(variance / reference.n);
    const z = (difference - tolerated) / Math.sqrt(variance / m);
    if (z <= largest) return;
    largest = z;
    // Two sides and three components.
    const logP = Math.min(0, logNormalSf(z) + Math.log(6));
    const margin = normalIsf(EFFECT_TAIL) * Math.sqrt(variance / m + variance / reference.n);
    best = {
      logP,
      effect: {
        size: Math.max(0, difference ** 2 / variance - 1 / m - 1 / reference.n),
        low: Math.max(0, difference - margin) ** 2 / variance,
        high: (difference + margin) ** 2 / variance,
      },
      component: COMPONENT_NAMES[j]!,
    };
  });
  return best;
}

function moment(counts: ArrayLike<number>, scores: Float64Array, n: number, about: number, power: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i += 1) sum += counts[i]! * (scores[i]! - about) ** power;
  return sum / n;
}
