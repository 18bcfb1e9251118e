import type { DistributionView } from '@drawbridge/contracts';
import { type Distances, type FeatureSlot, reportingOf, sumGroups, type WindowCounts } from '@drawbridge/drift';

/** Shares of one feature in the reference and in a window, on the same cells: sixteen bins, the bands or the categories. */
export function distributionOf(slot: FeatureSlot, counts: WindowCounts, distances: Partial<Distances> = {}): DistributionView {
  const reference = slot.feature.counts;
  const window = counts.cells(slot.index);
  const { groups, labels, reference: binned } = reportingOf(slot);
  const named = [...labels, 'missing', 'invalid'];
  const before = [...binned, reference[slot.cells]!, reference[slot.cells + 1]!];
  const now = [...sumGroups(window, groups), window[slot.cells]!, window[slot.cells + 1]!];
  const n = { reference: sum(before), window: sum(now) };
  return {
    feature: slot.name,
    kind: slot.kind,
    n,
    cells: named.map((label, i) => ({ label, reference: share(before[i]!, n.reference), window: share(now[i]!, n.window) })),
    distances: Object.fromEntries(Object.entries(distances).filter(([, value]) => typeof value === 'number')),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function share(count: number, n: number): number {
  return n > 0 ? count / n : 0;
}
