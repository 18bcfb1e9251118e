import type { FeatureSlot } from './layout.js';
import { smoothedShares, totalOf } from './distances/shares.js';

/** Reporting bins of a numeric feature; with 64 untied fine bins each is the sum of four. */
const REPORTING_BINS = 16;

/** For each fine cell, the reporting bin its mid-rank falls into. Bins that stay empty are left out. */
export function reportingGroups(reference: ArrayLike<number>, cells: number): Uint8Array {
  let n = 0;
  for (let i = 0; i < cells; i += 1) n += reference[i]!;
  const groups = new Uint8Array(cells);
  let below = 0;
  let group = -1;
  let previous = -1;
  for (let i = 0; i < cells; i += 1) {
    const rank = n > 0 ? (below + reference[i]! / 2) / n : 0;
    const bin = Math.min(REPORTING_BINS - 1, Math.floor(rank * REPORTING_BINS));
    if (bin !== previous) group += 1;
    previous = bin;
    groups[i] = group;
    below += reference[i]!;
  }
  return groups;
}

/** How a feature is shown: its reporting bins, or its cells one by one, the reference in them, and a name for each. */
export interface Reporting {
  /** For each cell the bin it belongs to. */
  readonly groups: ArrayLike<number>;
  readonly reference: readonly number[];
  readonly labels: readonly string[];
}

/** The same for every window. */
const known = new WeakMap<FeatureSlot, Reporting>();

export function reportingOf(slot: FeatureSlot): Reporting {
  let found = known.get(slot);
  if (found === undefined) {
    const { feature, cells } = slot;
    const groups = feature.kind === 'numeric' ? reportingGroups(feature.counts, cells) : Array.from({ length: cells }, (_, i) => i);
    found = { groups, reference: sumGroups(feature.counts, groups), labels: groupLabels(slot, groups) };
    known.set(slot, found);
  }
  return found;
}

export function sumGroups(counts: ArrayLike<number>, groups: ArrayLike<number>): number[] {
  const sums: number[] = [];
  const cells = groups.length === 0 ? 0 : groups[groups.length - 1]! + 1;
  for (let i = 0; i < cells; i += 1) sums.push(0);
  for (let i = 0; i < groups.length; i += 1) sums[groups[i]!]! += counts[i]!;
  return sums;
}

/** One cell that moved: a category, a band or a range of values. */
export interface MovedCell {
  readonly cell: string;
  /** Share in the reference and in the window. */
  readonly reference: number;
  readonly window: number;
  /** Part of the feature's PSI that this cell makes up, 0 to 1. */
  readonly contribution: number;
}

/** Cells that make up most of the change, largest first. */
export function movedCells(reference: ArrayLike<number>, window: ArrayLike<number>, labels: readonly string[], most = 5): MovedCell[] {
  const p = smoothedShares(reference);
  const q = smoothedShares(window);
  const parts = new Float64Array(labels.length);
  for (let i = 0; i < parts.length; i += 1) parts[i] = (q[i]! - p[i]!) * Math.log(q[i]! / p[i]!);
  const total = totalOf(parts);
  if (!(total > 0)) return [];
  const n = totalOf(reference);
  const m = totalOf(window);
  const contributions = parts.map((part) => part / total);
  return largest(contributions, most).map((i) => ({
    cell: labels[i]!,
    reference: reference[i]! / n,
    window: window[i]! / m,
    contribution: contributions[i]!,
  }));
}

/** Places of the largest values, largest first, of equal ones the first first. */
function largest(values: Float64Array, most: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    let at = places.length;
    while (at > 0 && values[places[at - 1]!]! < values[i]!) at -= 1;
    if (at === most) continue;
    if (places.length === most) places.pop();
    places.splice(at, 0, i);
  }
  return places;
}

/** Names of reporting bins, from the edges of the fine bins they sum. */
function groupLabels(slot: FeatureSlot, groups: ArrayLike<number>): string[] {
  const { feature } = slot;
  if (feature.kind !== 'numeric') return [...slot.labels];
  const { edges } = feature;
  const labels: string[] = [];
  for (let i = 0; i < groups.length;) {
    let end = i;
    while (end + 1 < groups.length && groups[end + 1] === groups[i]) end += 1;
    const from = i === 0 ? undefined : edges[i - 1];
    const to = end === groups.length - 1 ? undefined : edges[end];
    labels.push(rangeLabel(from, to));
    i = end + 1;
  }
  return labels;
}

/** A right-closed range in words. */
export function rangeLabel(from: number | undefined, to: number | undefined): string {
  if (from === undefined) return to === undefined ? 'any value' : `up to ${short(to)}`;
  return to === undefined ? `above ${short(from)}` : `above ${short(from)} to ${short(to)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
