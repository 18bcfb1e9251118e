import { hellinger } from './distances/hellinger.js';
import { jsDistanceBase2 } from './distances/js.js';
import { kl } from './distances/kl.js';
import { ks } from './distances/ks.js';
import { lInfinity } from './distances/linf.js';
import { psi } from './distances/psi.js';
import { shares, smoothedShares } from './distances/shares.js';
import { totalVariation } from './distances/tv.js';
import { wasserstein1 } from './distances/w1.js';
import type { FeatureKind } from './feature.js';
import type { FeatureSlot } from './layout.js';
import type { Distances } from './verdict.js';

/** One measure of the distance between two histograms on the same cells. */
interface Statistic {
  readonly name: keyof Distances;
  /** What people read. */
  readonly title: string;
  readonly kinds: readonly FeatureKind[];
  /** Which shares it takes: as counted, or with half a row added to every cell. */
  readonly shares: 'raw' | 'smoothed';
  readonly of: (p: Float64Array, q: Float64Array, slot: FeatureSlot) => number;
}

const ALL: readonly FeatureKind[] = ['numeric', 'categorical', 'calendar'];

/** Every distance the product reports, and nothing registers itself. Alarms come from the tests, never from these. */
const STATISTICS: readonly Statistic[] = [
  { name: 'psi', title: 'Population stability index', kinds: ALL, shares: 'smoothed', of: psi },
  { name: 'kl', title: 'Kullback-Leibler divergence, window from reference, nats', kinds: ALL, shares: 'smoothed', of: kl },
  { name: 'jsDistanceBase2', title: 'Jensen-Shannon distance, base 2', kinds: ALL, shares: 'raw', of: jsDistanceBase2 },
  { name: 'hellinger', title: 'Hellinger distance', kinds: ALL, shares: 'raw', of: hellinger },
  { name: 'totalVariation', title: 'Total variation distance', kinds: ALL, shares: 'raw', of: totalVariation },
  { name: 'lInfinity', title: 'Largest difference of one share', kinds: ALL, shares: 'raw', of: lInfinity },
  { name: 'ks', title: 'Kolmogorov-Smirnov statistic', kinds: ['numeric', 'calendar'], shares: 'raw', of: ks },
  { name: 'w1', title: 'First Wasserstein distance in standard deviations', kinds: ['numeric'], shares: 'raw', of: w1InSd },
];

/** Standard deviations below this share of the range are not used as a unit. */
const LEAST_SD = 1e-6;

function w1InSd(p: Float64Array, q: Float64Array, { feature }: FeatureSlot): number {
  if (feature.kind !== 'numeric' || feature.sd === null || feature.min === null || feature.max === null) return 0;
  const unit = Math.max(feature.sd, LEAST_SD * (feature.max - feature.min));
  return unit > 0 ? wasserstein1(p, q, feature.edges, feature.max) / unit : 0;
}

interface Shares {
  readonly raw: Float64Array;
  readonly smoothed: Float64Array;
}

/** The reference is the same for every window. */
const references = new WeakMap<FeatureSlot, Shares>();

function referenceOf(slot: FeatureSlot): Shares {
  let found = references.get(slot);
  if (found === undefined) {
    const { counts } = slot.feature;
    found = { raw: shares(counts, slot.cells), smoothed: smoothedShares(counts, slot.cells) };
    references.set(slot, found);
  }
  return found;
}

/** All distances that apply to a slot, between its reference and a window's cells. */
export function distancesOf(slot: FeatureSlot, window: ArrayLike<number>): Distances {
  const reference = referenceOf(slot);
  const current: Shares = { raw: shares(window, slot.cells), smoothed: smoothedShares(window, slot.cells) };
  const result: Partial<Record<keyof Distances, number>> = {};
  for (const { name, kinds, shares: form, of } of STATISTICS) {
    if (!kinds.includes(slot.kind)) continue;
    result[name] = of(reference[form], current[form], slot);
  }
  return result as Distances;
}
