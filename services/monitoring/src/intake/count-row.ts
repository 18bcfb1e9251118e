import { addValue, LAST_CELL, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import {
  ABOVE,
  BELOW,
  type CountingPlan,
  DOUBLES,
  EDGES,
  FIRST,
  HOLE,
  INTS,
  LEAST,
  MEAN,
  MOMENTS_AT,
  MOST,
  type NumericPlans,
  OFFSET,
  PER_CELL,
  planOf,
  SLOT,
  TABLE,
} from './counting-plan.js';
import { LONG_NUMBER, NULL, TEXT, TRUE } from './decode/scan.js';
import type { PredictionRow } from './prediction.codec.js';
import type { PredictionReader } from './prediction.reader.js';

/** Adds the values of the reader's last record to a window. */
export function countRow(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): void {
  counts.addRow();
  if (reader.body === undefined) countParsed(counts, layout, reader.row);
  else countScanned(counts, planOf(reader.body, layout), reader);
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

function countScanned(window: WindowCounts, plan: CountingPlan, reader: PredictionReader): void {
  countNumbers(window, plan.numeric, reader);
  const { texts, others, missing } = plan;
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

/** As `WindowCounts.addNumeric` and `BinIndex.of` do it; what was read by position is finite. */
function countNumbers(window: WindowCounts, plans: NumericPlans, reader: PredictionReader): void {
  const { kind, number } = reader.forms.scanned.holes;
  const { counts, sums } = window;
  const { ints, doubles, tables, edges } = plans;
  for (let i = 0, int = 0, double = 0; i < plans.count; i += 1, int += INTS, double += DOUBLES) {
    const hole = ints[int + HOLE]!;
    const of = kind[hole]!;
    if (of > LONG_NUMBER) {
      countOther(window, ints[int + SLOT]!, of);
      continue;
    }
    let x = number[hole]!;
    // A number that may be off in its last bit is read again exactly where that could change what is counted.
    if (of === LONG_NUMBER && isUnsure(plans, i, x)) x = Number(reader.text(hole));
    const position = (x - doubles[double + FIRST]!) * doubles[double + PER_CELL]!;
    const cell = ints[int + TABLE]! + (position > 0 ? (position < LAST_CELL ? position | 0 : LAST_CELL) : 0);
    const from = ints[int + EDGES]!;
    let low = from + tables[cell]!;
    let high = from + tables[cell + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! < x) low = middle + 1;
      else high = middle;
    }
    counts[ints[int + OFFSET]! + low - from]! += 1;
    if (x < doubles[double + LEAST]!) counts[ints[int + BELOW]!]! += 1;
    else if (x > doubles[double + MOST]!) counts[ints[int + ABOVE]!]! += 1;
    const d = x - doubles[double + MEAN]!;
    const at = ints[int + MOMENTS_AT]!;
    sums[at]! += d;
    sums[at + 1]! += d * d;
    if (x < sums[at + 2]!) sums[at + 2] = x;
    if (x > sums[at + 3]!) sums[at + 3] = x;
  }
}

function isUnsure({ bins, doubles }: NumericPlans, index: number, x: number): boolean {
  const margin = Math.abs(x) * 2 ** -51;
  const at = index * DOUBLES;
  const least = doubles[at + LEAST]!;
  const most = doubles[at + MOST]!;
  return Math.abs(x - least) <= margin || Math.abs(x - most) <= margin || bins[index]!.isNear(x);
}

/** What is no number, in a slot of numbers. */
function countOther(window: WindowCounts, slot: number, kind: number): void {
  if (kind === NULL) window.addMissing(slot);
  else if (kind === TEXT) window.addInvalid(slot);
  else addValue(window, slot, kind === TRUE);
}
