import type { BaselineDocument } from './baseline.js';
import type { FeatureSlot } from './layout.js';
import { studentSf } from './special/student.js';
import { componentsOf, COMPONENT_NAMES, type Ns3Reference } from './tests/ns3.js';

/** Fewer periods than this cannot certify a useful false-alert rate. */
export const LEAST_PERIODS = 20;
/** Periods thinner than this say more about sampling noise than about the traffic. */
const LEAST_PERIOD_ROWS = 50;

/** Least variance of a component between periods, times the rows of the window: the sampling noise alone. */
const SAMPLING_FLOOR = [1, 0.5, 0.8] as const;

export interface PeriodicResult {
  readonly logP: number;
  /** Periods the interval was made from; the reference supports a budget of about one in as many windows. */
  readonly periods: number;
  readonly component: (typeof COMPONENT_NAMES)[number];
  /** Periodic variation as the operator sees it: standard deviation of the location between periods, in sd of the feature. */
  readonly locationSd: number;
}

/**
 * Is this window outside what the reference's own periods would predict? A prediction-interval t test on the three
 * normal-score components, (z - mean) / sqrt(s^2 (1 + 1/R)) with R - 1 degrees of freedom, Bonferroni over three.
 * Holds its level for moderate Gaussian variation between periods, not for heavy-tailed variation.
 */
export function periodicTest(
  reference: Ns3Reference,
  periods: readonly (readonly number[])[],
  counts: ArrayLike<number>,
): PeriodicResult | undefined {
  const past = periods.map((period) => componentsOf(reference, period)).filter(({ m }) => m >= LEAST_PERIOD_ROWS);
  const periodCount = past.length;
  if (periodCount < LEAST_PERIODS) return undefined;
  const { components, m } = componentsOf(reference, counts);
  let logP = 0;
  let component: (typeof COMPONENT_NAMES)[number] = 'location';
  let locationSd = 0;
  components.forEach((value, j) => {
    const series = past.map((period) => period.components[j]!);
    const mean = series.reduce((sum, z) => sum + z, 0) / periodCount;
    const sample = series.reduce((sum, z) => sum + (z - mean) ** 2, 0) / (periodCount - 1);
    if (j === 0) locationSd = Math.sqrt(sample);
    if (reference.variances[j] === 0) return;
    const variance = Math.max(sample, SAMPLING_FLOOR[j]! / m);
    const t = Math.abs(value - mean) / Math.sqrt(variance * (1 + 1 / periodCount));
    const own = Math.min(0, Math.log(Math.max(Number.MIN_VALUE, 6 * studentSf(t, periodCount - 1))));
    if (own < logP) {
      logP = own;
      component = COMPONENT_NAMES[j]!;
    }
  });
  return { logP, periods: periodCount, component, locationSd };
}

/** Histograms of one slot over the periods of its baseline. */
export function periodsOfSlot(baseline: BaselineDocument, slot: FeatureSlot): (readonly number[])[] {
  const periods = baseline.periods ?? [];
  if (slot.family === 'prediction') return periods.flatMap((p) => (p.prediction ? [p.prediction] : []));
  return periods.map((period) => period.counts[slot.index]!);
}
