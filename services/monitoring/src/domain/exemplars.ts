import type { Exemplar } from '@drawbridge/contracts';
import type { FeatureLayout, FeatureSlot, WindowCounts } from '@drawbridge/drift';

export interface ExemplarCandidate {
  readonly predictionId: string;
  readonly traceId: string | null;
  /** JSON of the features. */
  readonly features: string | null;
  readonly score: number | null;
  readonly outputClass: string | null;
}

const MOST = 20;

type Value = number | string | boolean | null;

/**
 * Rows that stand for a detection: those whose values lie in cells that grew. A row with a trace comes first, since it
 * leads from the alarm to a concrete request; then the larger contribution, then the id.
 */
export function chooseExemplars(
  candidates: readonly ExemplarCandidate[],
  layout: FeatureLayout,
  counts: WindowCounts,
  features: readonly string[],
): Exemplar[] {
  const slots = layout.slots.filter(({ name }) => features.includes(name));
  const growth = new Map(slots.map((slot) => [slot.index, growthOf(slot, counts)]));
  const scored = candidates.map((candidate) => ({ candidate, contribution: contributionOf(candidate, slots, layout, growth) }));
  return scored
    .filter(({ contribution }) => contribution > 0)
    .sort(
      (a, b) =>
        Number(b.candidate.traceId !== null) - Number(a.candidate.traceId !== null) ||
        b.contribution - a.contribution ||
        (a.candidate.predictionId < b.candidate.predictionId ? -1 : 1),
    )
    .slice(0, MOST)
    .map(({ candidate: { predictionId, traceId }, contribution }) => ({
      predictionId,
      ...(traceId === null ? {} : { traceId }),
      contribution: Number(contribution.toFixed(6)),
    }));
}

/** Log ratio of a cell's share now and before, per cell. */
function growthOf(slot: FeatureSlot, counts: WindowCounts): number[] {
  const now = counts.cells(slot.index);
  const before = slot.feature.counts;
  const cells = slot.cells + 2;
  const smoothed = (values: ArrayLike<number>): number[] => {
    let n = 0;
    for (let i = 0; i < cells; i += 1) n += values[i]!;
    return Array.from({ length: cells }, (_, cell) => (values[cell]! + 0.5) / (n + 0.5 * cells));
  };
  const share = { now: smoothed(now), before: smoothed(before) };
  return share.now.map((after, cell) => Math.log(after / share.before[cell]!));
}

function contributionOf(
  candidate: ExemplarCandidate,
  slots: readonly FeatureSlot[],
  layout: FeatureLayout,
  growth: ReadonlyMap<number, readonly number[]>,
): number {
  const features = candidate.features === null ? {} : (JSON.parse(candidate.features) as Record<string, Value>);
  let total = 0;
  for (const slot of slots) {
    const value = slot.family === 'input' ? own(features, slot.name) : (candidate.score ?? candidate.outputClass);
    total += growth.get(slot.index)?.[cellOf(layout, slot, value)] ?? 0;
  }
  return total;
}

/** A feature may have the name of something that every object inherits. */
function own(features: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(features, name) ? features[name] : undefined;
}

function cellOf(layout: FeatureLayout, slot: FeatureSlot, value: Value | undefined): number {
  if (value === null || value === undefined) return slot.cells;
  if (slot.feature.kind === 'categorical') return layout.categoryCell(slot.index, String(value));
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return slot.cells + 1;
  if (slot.feature.kind === 'numeric') return layout.bins[slot.index]?.of(number) ?? slot.cells + 1;
  const { bands } = slot.feature;
  const cell = bands.findLastIndex((start) => number >= start);
  return cell >= 0 && cell < bands.length - 1 ? cell : slot.cells + 1;
}
