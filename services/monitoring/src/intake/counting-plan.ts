import type { BinIndex, FeatureLayout, FeatureSlot } from '@drawbridge/drift';
import type { Body } from './decode/forms.js';
import { TextCells } from './text-cells.js';

/** Places of one numeric slot in `NumericPlans.ints`; those they hold are of the whole slab. Plain constants, which the compiler folds. */
export const HOLE = 0;
export const SLOT = 1;
export const OFFSET = 2;
export const BELOW = 3;
export const ABOVE = 4;
export const MOMENTS_AT = 5;
export const TABLE = 6;
export const EDGES = 7;
export const INTS = 8;
/** Places of one numeric slot in `NumericPlans.doubles`. */
export const FIRST = 0;
export const PER_CELL = 1;
export const MEAN = 2;
export const LEAST = 3;
export const MOST = 4;
export const DOUBLES = 5;

/**
 * The numeric slots, one behind the other in flat arrays: an event touches all of them, and what lies together is in the
 * processor's cache together.
 */
export interface NumericPlans {
  readonly count: number;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  readonly tables: Uint16Array;
  readonly edges: Float64Array;
  readonly bins: readonly BinIndex[];
}

/** A categorical slot; its cells are those of the whole slab. */
export interface TextPlan {
  readonly slot: number;
  readonly hole: number;
  readonly cells: TextCells;
}

export interface OtherPlan {
  readonly slot: number;
  readonly hole: number;
}

/** Where the values of one model's slots stand in one form of its events. */
export interface CountingPlan {
  readonly layout: FeatureLayout;
  readonly numeric: NumericPlans;
  readonly texts: readonly TextPlan[];
  readonly others: readonly OtherPlan[];
  /** Slots that the form has no value for. */
  readonly missing: readonly number[];
}

/** The plan of a form against a baseline, made once. */
export function planOf(body: Body, layout: FeatureLayout): CountingPlan {
  const known = body.plan as CountingPlan | undefined;
  if (known?.layout === layout) return known;
  const numeric: NumericSlot[] = [];
  const texts: TextPlan[] = [];
  const others: OtherPlan[] = [];
  const missing: number[] = [];
  for (const slot of layout.slots) {
    const hole = holeOf(body, slot);
    const bins = layout.bins[slot.index];
    const categories = layout.categories[slot.index];
    if (hole < 0) missing.push(slot.index);
    else if (bins !== undefined && slot.feature.kind === 'numeric') numeric.push({ hole, slot, feature: slot.feature, bins });
    else if (categories !== undefined) texts.push({ slot: slot.index, hole, cells: textCells(layout, slot, categories) });
    else others.push({ slot: slot.index, hole });
  }
  const plan = { layout, numeric: numericPlans(numeric), texts, others, missing };
  body.plan = plan;
  return plan;
}

/** Of an output, as the reference has it: the class before the value where texts are counted, else the score before it. */
function holeOf(body: Body, slot: FeatureSlot): number {
  if (slot.family === 'input') return body.features.get(slot.name) ?? -1;
  const first = slot.kind === 'categorical' ? body.class : body.score;
  return first < 0 ? body.value : first;
}

interface NumericSlot {
  readonly hole: number;
  readonly slot: FeatureSlot;
  readonly feature: Extract<FeatureSlot['feature'], { kind: 'numeric' }>;
  readonly bins: BinIndex;
}

function numericPlans(slots: readonly NumericSlot[]): NumericPlans {
  const tables: number[] = [];
  const edges: number[] = [];
  const ints: number[] = [];
  const doubles: number[] = [];
  for (const { hole, slot, feature, bins } of slots) {
    const { index, offset, cells, momentOffset } = slot;
    ints.push(hole, index, offset, offset + cells + 2, offset + cells + 3, momentOffset, tables.length, edges.length);
    doubles.push(bins.first, bins.perCell, feature.mean ?? 0, feature.min ?? -Infinity, feature.max ?? Infinity);
    tables.push(...bins.table);
    edges.push(...bins.edges);
  }
  return {
    count: slots.length,
    ints: Int32Array.from(ints),
    doubles: Float64Array.from(doubles),
    tables: Uint16Array.from(tables),
    edges: Float64Array.from(edges),
    bins: slots.map(({ bins }) => bins),
  };
}

function textCells(layout: FeatureLayout, { index, offset }: FeatureSlot, categories: ReadonlyMap<string, number>): TextCells {
  const places = new Map([...categories].map(([text, cell]) => [text, offset + cell]));
  return new TextCells(places, offset + layout.unknownCell(index));
}
