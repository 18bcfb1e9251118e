import type { FeatureLayout, FeatureSlot } from '@drawbridge/drift';
import type { Body } from './decode/forms.js';
import type { NumericSlot } from './number-column.js';
import { fitColumns, NumberColumns } from './number-columns.js';
import { TextCells } from './text-cells.js';

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
  readonly numbers: NumberColumns;
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
  if (!fitColumns(numeric)) others.push(...numeric.splice(0).map(({ hole, slot }) => ({ slot: slot.index, hole })));
  const plan = { layout, numbers: new NumberColumns(numeric), texts, others, missing };
  body.plan = plan;
  return plan;
}

/** Of an output, as the reference has it: the class before the value where texts are counted, else the score before it. */
function holeOf(body: Body, slot: FeatureSlot): number {
  if (slot.family === 'input') return body.features.get(slot.name) ?? -1;
  const first = slot.kind === 'categorical' ? body.class : body.score;
  return first < 0 ? body.value : first;
}

function textCells(layout: FeatureLayout, { index, offset }: FeatureSlot, categories: ReadonlyMap<string, number>): TextCells {
  const places = new Map([...categories].map(([text, cell]) => [text, offset + cell]));
  return new TextCells(places, offset + layout.unknownCell(index));
}
