import type { BaselineDocument, BaselineFeature } from './baseline.js';
import { BinIndex } from './edges.js';
import type { FeatureKind } from './feature.js';
import { rangeLabel } from './reporting.js';

/** Which share of the false-alert budget a slot draws on. */
export type SlotFamily = 'input' | 'prediction';

/**
 * One monitored quantity and its place in the slab.
 * From `offset`: its cells, then `missing`, then `invalid`; a numeric slot adds `below` and `above`, the rows outside
 * the range of the reference, which are also counted in the first and last cell.
 */
export interface FeatureSlot {
  readonly index: number;
  readonly name: string;
  readonly kind: FeatureKind;
  readonly family: SlotFamily;
  readonly offset: number;
  /** Cells without `missing` and `invalid`. */
  readonly cells: number;
  /** Counters in the slab, `missing` and the others included. */
  readonly width: number;
  /** Place of the four moments, -1 when the slot has none. */
  readonly momentOffset: number;
  readonly feature: BaselineFeature;
  /** A name for every cell, for people. */
  readonly labels: readonly string[];
}

/** Running sums per numeric slot: sum and sum of squares about the reference mean, least, greatest. */
export const MOMENTS = 4;

/** The shape of every histogram of one baseline: immutable, shared by all windows counted against it. */
export class FeatureLayout {
  readonly slots: readonly FeatureSlot[];
  /** Counters in one slab. */
  readonly counters: number;
  /** Float sums in one slab. */
  readonly moments: number;
  /** Slot of the model's own output, -1 when the baseline has none. */
  readonly predictionSlot: number;
  /** 32-bit hash of the shape; counts are never read back into another shape. */
  readonly fingerprint: number;

  readonly bins: readonly (BinIndex | undefined)[];
  readonly categories: readonly (ReadonlyMap<string, number> | undefined)[];
  private readonly byName: ReadonlyMap<string, number>;

  constructor(baseline: BaselineDocument) {
    const slots: FeatureSlot[] = [];
    let offset = 0;
    let momentOffset = 0;
    const append = (feature: BaselineFeature, family: SlotFamily): void => {
      const slot = slotOf(feature, family, slots.length, offset, momentOffset);
      slots.push(slot);
      offset += slot.width;
      if (slot.momentOffset >= 0) momentOffset += MOMENTS;
    };
    for (const feature of baseline.features) append(feature, 'input');
    this.predictionSlot = baseline.prediction ? slots.length : -1;
    if (baseline.prediction) append(baseline.prediction, 'prediction');

    this.slots = slots;
    this.counters = offset;
    this.moments = momentOffset;
    this.bins = slots.map((slot) => (slot.feature.kind === 'numeric' ? new BinIndex(slot.feature.edges) : undefined));
    this.categories = slots.map(categoryIndex);
    this.byName = new Map(slots.filter((s) => s.family === 'input').map((s) => [s.name, s.index]));
    this.fingerprint = hash(JSON.stringify(slots.map(shapeOf)));
  }

  /** Slot of an input feature, -1 when the name is not monitored. */
  slotOf(name: string): number {
    return this.byName.get(name) ?? -1;
  }

  /** Cell of a category within its slot: its own, else the one of other known or of unseen values. */
  categoryCell(slot: number, value: string): number {
    const index = this.categories[slot];
    if (index === undefined) throw new TypeError(`slot ${slot} is not categorical`);
    return index.get(value) ?? this.unknownCell(slot);
  }

  /** Cell of the categories that have none of their own: unseen values, or other known ones where not all were kept. */
  unknownCell(slot: number): number {
    const { feature, cells } = this.slots[slot]!;
    return feature.kind === 'categorical' && feature.othersTruncated ? cells - 2 : cells - 1;
  }
}

function slotOf(feature: BaselineFeature, family: SlotFamily, index: number, offset: number, momentOffset: number): FeatureSlot {
  const cells = cellsOf(feature);
  if (feature.counts.length !== cells + 2) {
    throw new RangeError(`baseline feature ${feature.name}: ${feature.counts.length} counts for ${cells} cells`);
  }
  const numeric = feature.kind === 'numeric';
  return {
    index,
    name: feature.name,
    kind: feature.kind,
    family,
    offset,
    cells,
    width: cells + (numeric ? 4 : 2),
    momentOffset: numeric ? momentOffset : -1,
    feature,
    labels: labelsOf(feature),
  };
}

/** Cells of a feature, `missing` and `invalid` not counted. */
function cellsOf(feature: BaselineFeature): number {
  switch (feature.kind) {
    case 'numeric':
      return feature.edges.length + 1;
    case 'categorical':
      return feature.categories.length + 2;
    case 'calendar':
      return feature.bands.length - 1;
  }
}

function labelsOf(feature: BaselineFeature): string[] {
  switch (feature.kind) {
    case 'numeric': {
      const { edges } = feature;
      return Array.from({ length: edges.length + 1 }, (_, i) => rangeLabel(edges[i - 1], edges[i]));
    }
    case 'categorical':
      return [...feature.categories, 'other known values', 'unseen values'];
    case 'calendar':
      return feature.bands.slice(1).map((end, i) => band(feature.bands[i]!, end));
  }
}

function band(start: number, end: number): string {
  if (Number.isInteger(start) && Number.isInteger(end)) return end - start === 1 ? `${start}` : `${start}-${end - 1}`;
  return `from ${start} to below ${end}`;
}

function categoryIndex(slot: FeatureSlot): ReadonlyMap<string, number> | undefined {
  const { feature } = slot;
  if (feature.kind !== 'categorical') return undefined;
  const index = new Map<string, number>();
  for (const value of feature.others) index.set(value, feature.categories.length);
  feature.categories.forEach((value, cell) => index.set(value, cell));
  return index;
}

function shapeOf(slot: FeatureSlot): unknown {
  const { feature } = slot;
  switch (feature.kind) {
    case 'numeric':
      return [slot.family, slot.name, 'numeric', feature.edges, feature.mean];
    case 'categorical':
      return [slot.family, slot.name, 'categorical', feature.categories, feature.others.length];
    case 'calendar':
      return [slot.family, slot.name, 'calendar', feature.bands];
  }
}

/** FNV-1a over UTF-16 units: not a digest, only a guard against mixing shapes. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
