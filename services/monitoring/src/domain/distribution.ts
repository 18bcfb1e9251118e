import type { DistributionView } from '@drawbridge/contracts';
import { type Distances, type FeatureSlot, groupLabels, reportingGroups, sumGroups, type WindowCounts } from '@drawbridge/drift';

/** Shares of one feature in the reference and in a window, on the same cells: sixteen bins, the bands or the categories. */
export function distributionOf(slot: FeatureSlot, counts: WindowCounts, distances: Partial<Distances> = {}): DistributionView {
  const reference = slot.feature.counts;
  const window = counts.cells(slot.index);
  const numeric = slot.kind === 'numeric';
  const groups = numeric ? reportingGroups(reference, slot.cells) : undefined;
  const labels = groups === undefined ? slot.labels : groupLabels(slot, groups);
  const cells = (values: ArrayLike<number>): number[] =>
    groups === undefined ? Array.from({ length: slot.cells }, (_, i) => values[i]!) : sumGroups(values, groups);
  const named = [...labels, 'missing', 'invalid'];
  const before = [...cells(reference), reference[slot.cells]!, reference[slot.cells + 1]!];
  const now = [...cells(window), window[slot.cells]!, window[slot.cells + 1]!];
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
