import { addValue, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import { type CountingPlan, planOf } from './counting-plan.js';
import { TEXT } from './decode/kernel-layout.js';
import type { PredictionRow } from './prediction.codec.js';
import type { PredictionReader } from './prediction.reader.js';

/** Adds the values of the reader's last record to a window; its numbers when the reader settles. */
export function countRow(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): void {
  const plan = begin(counts, layout, reader);
  if (plan === undefined) return;
  reader.countLater(plan.numbers, counts);
  countTexts(counts, plan, reader);
}

/** The same at once, for a window that may be added to another one before that. */
export function countRowNow(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): void {
  const plan = begin(counts, layout, reader);
  if (plan === undefined) return;
  plan.numbers.countNow(counts);
  countTexts(counts, plan, reader);
}

/** Undefined when the record was read by the reference, and is counted. */
function begin(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): CountingPlan | undefined {
  counts.addRow();
  if (reader.body !== undefined) return planOf(reader.body, layout);
  countParsed(counts, layout, reader.row);
  return undefined;
}

export function countParsed(counts: WindowCounts, layout: FeatureLayout, row: PredictionRow): void {
  const features = row.features ?? {};
  for (const slot of layout.slots) {
    // A feature may have the name of something that every object inherits.
    if (slot.family === 'input') addValue(counts, slot.index, Object.hasOwn(features, slot.name) ? features[slot.name] : undefined);
    else addOutput(counts, slot.index, slot.kind === 'categorical', row);
  }
}

export function addOutput(counts: WindowCounts, slot: number, categorical: boolean, row: PredictionRow): void {
  if (categorical) addValue(counts, slot, row.outputClass ?? row.outputValue);
  else addValue(counts, slot, Number.isNaN(row.score) ? row.outputValue : row.score);
}

function countTexts(window: WindowCounts, { texts, others, missing }: CountingPlan, reader: PredictionReader): void {
  const { kind, hash, start, end } = reader.forms.scanned.holes;
  const { counts } = window;
  for (let i = 0; i < texts.length; i += 1) {
    const { hole, cells, slot } = texts[i]!;
    if (kind[hole] === TEXT) counts[cells.of(hash[hole]!, reader.bytes, start[hole]!, end[hole]!)]! += 1;
    else addValue(window, slot, reader.scalar(hole));
  }
  for (let i = 0; i < others.length; i += 1) addValue(window, others[i]!.slot, reader.scalar(others[i]!.hole));
  for (let i = 0; i < missing.length; i += 1) window.addMissing(missing[i]!);
}
