import { addValue, type FeatureLayout, type FeatureSlot, type WindowCounts } from '@drawbridge/drift';
import { KIND } from './decode/holes.js';
import { hashOf } from './decode/scan-text.js';
import type { Body } from './decode/forms.js';
import type { PredictionRow } from './prediction.codec.js';
import type { PredictionReader } from './prediction.reader.js';

/** Adds the values of the reader's last record to a window. */
export function countRow(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): void {
  counts.addRow();
  if (reader.body === undefined) countParsed(counts, layout, reader.row);
  else countScanned(counts, planOf(reader.body, layout), reader);
}

export function countParsed(counts: WindowCounts, layout: FeatureLayout, row: PredictionRow): void {
  for (const slot of layout.slots) {
    if (slot.family === 'input') addValue(counts, slot.index, row.features?.[slot.name]);
    else addOutput(counts, slot.index, slot.kind === 'categorical', row);
  }
}

export function addOutput(counts: WindowCounts, slot: number, categorical: boolean, row: PredictionRow): void {
  if (categorical) addValue(counts, slot, row.outputClass ?? row.outputValue);
  else addValue(counts, slot, Number.isNaN(row.score) ? row.outputValue : row.score);
}

/** Cells of the texts of one slot by the hash of their bytes, at most half full; texts of the same hash are told apart by their bytes. */
class TextCells {
  private readonly mask: number;
  /** Number of a text plus one, 0 where there is none. */
  private readonly places: Int32Array;
  private readonly hashes: Int32Array;
  private readonly cells: Int32Array;
  private readonly texts: readonly Buffer[];

  constructor(cells: ReadonlyMap<string, number>) {
    const size = 2 ** Math.ceil(Math.log2(2 * cells.size + 2));
    this.mask = size - 1;
    this.places = new Int32Array(size);
    this.texts = [...cells.keys()].map((text) => Buffer.from(text));
    this.hashes = Int32Array.from(this.texts, (text) => hashOf(text));
    this.cells = Int32Array.from(cells.values());
    this.hashes.forEach((hash, index) => {
      let at = this.firstPlace(hash);
      while (this.places[at] !== 0) at = (at + 1) & this.mask;
      this.places[at] = index + 1;
    });
  }

  /** -1 for a text that has no cell of its own. */
  of(hash: number, text: Buffer, from: number, to: number): number {
    const { mask, places, hashes } = this;
    for (let at = this.firstPlace(hash); places[at] !== 0; at = (at + 1) & mask) {
      const index = places[at]! - 1;
      if (hashes[index] !== hash) continue;
      const bytes = this.texts[index]!;
      if (bytes.length !== to - from) continue;
      let i = 0;
      while (i < bytes.length && bytes[i] === text[from + i]) i += 1;
      if (i === bytes.length) return this.cells[index]!;
    }
    return -1;
  }

  private firstPlace(hash: number): number {
    return (hash ^ (hash >>> 15)) & this.mask;
  }
}

/** A numeric feature: everything that one of its numbers touches, in one object. */
interface NumericPlan {
  readonly slot: number;
  readonly hole: number;
  readonly bins: FeatureLayout['bins'][number] & {};
  /** Of its first bin, and of those outside the range of the reference. */
  readonly offset: number;
  readonly below: number;
  readonly above: number;
  readonly moments: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

interface OtherPlan {
  readonly slot: number;
  /** -1 when the events do not have the feature. */
  readonly hole: number;
  readonly cells: TextCells | undefined;
  readonly family: FeatureSlot['family'];
}

/** Where the values of one model's slots stand in one form of its events. */
interface CountingPlan {
  readonly layout: FeatureLayout;
  readonly numeric: readonly NumericPlan[];
  readonly others: readonly OtherPlan[];
}

function planOf(body: Body, layout: FeatureLayout): CountingPlan {
  const known = body.plan as CountingPlan | undefined;
  if (known?.layout === layout) return known;
  const numeric: NumericPlan[] = [];
  const others: OtherPlan[] = [];
  for (const slot of layout.slots) {
    const hole = slot.family === 'input' ? (body.features.get(slot.name) ?? -1) : -1;
    const found = hole < 0 ? undefined : numericPlan(layout, slot, hole);
    if (found !== undefined) numeric.push(found);
    else {
      const cells = layout.categories[slot.index];
      others.push({ slot: slot.index, hole, cells: cells && new TextCells(cells), family: slot.family });
    }
  }
  const plan = { layout, numeric, others };
  body.plan = plan;
  return plan;
}

function numericPlan(layout: FeatureLayout, slot: FeatureSlot, hole: number): NumericPlan | undefined {
  const { feature, index, offset, cells, momentOffset } = slot;
  const bins = layout.bins[index];
  if (feature.kind !== 'numeric' || bins === undefined) return undefined;
  return {
    slot: index,
    hole,
    bins,
    offset,
    below: offset + cells + 2,
    above: offset + cells + 3,
    moments: momentOffset,
    mean: feature.mean ?? 0,
    least: feature.min ?? -Infinity,
    most: feature.max ?? Infinity,
  };
}

function countScanned(counts: WindowCounts, { numeric, others }: CountingPlan, reader: PredictionReader): void {
  const { kind, number } = reader.forms.scanned.holes;
  for (let i = 0; i < numeric.length; i += 1) {
    const plan = numeric[i]!;
    const { hole } = plan;
    const of = kind[hole]!;
    if (of > KIND.longNumber) countOther(counts, plan.slot, hole, undefined, reader);
    else {
      let x = number[hole]!;
      let bin = plan.bins.of(x);
      // A number that may be off in its last bit is read again exactly where that could change what is counted.
      if (of === KIND.longNumber && isUnsure(plan, x, bin)) {
        x = Number(reader.text(hole));
        bin = plan.bins.of(x);
      }
      addNumber(counts, plan, x, bin);
    }
  }
  for (let i = 0; i < others.length; i += 1) {
    const { slot, hole, cells, family } = others[i]!;
    if (family !== 'input') addOutput(counts, slot, cells !== undefined, reader.row);
    else if (hole < 0) counts.addMissing(slot);
    else countOther(counts, slot, hole, cells, reader);
  }
}

function isUnsure({ bins, least, most }: NumericPlan, x: number, bin: number): boolean {
  const margin = Math.abs(x) * 2 ** -51;
  return Math.abs(x - least) <= margin || Math.abs(x - most) <= margin || bins.isNear(x, bin);
}

/** As `WindowCounts.addNumeric` does it; what was read by position is finite. */
function addNumber({ counts, sums }: WindowCounts, plan: NumericPlan, x: number, bin: number): void {
  counts[plan.offset + bin]! += 1;
  if (x < plan.least) counts[plan.below]! += 1;
  else if (x > plan.most) counts[plan.above]! += 1;
  const d = x - plan.mean;
  const at = plan.moments;
  sums[at]! += d;
  sums[at + 1]! += d * d;
  if (x < sums[at + 2]!) sums[at + 2] = x;
  if (x > sums[at + 3]!) sums[at + 3] = x;
}

function countOther(counts: WindowCounts, slot: number, hole: number, cells: TextCells | undefined, reader: PredictionReader): void {
  const { kind, number, hash, start, end } = reader.forms.scanned.holes;
  switch (kind[hole]!) {
    case KIND.number:
      if (cells !== undefined) counts.addCategory(slot, String(Number(reader.text(hole))));
      else counts.addNumeric(slot, number[hole]!);
      break;
    case KIND.longNumber:
      if (cells !== undefined) counts.addCategory(slot, String(Number(reader.text(hole))));
      else counts.addNumeric(slot, Number(reader.text(hole)));
      break;
    case KIND.text: {
      if (cells === undefined) {
        counts.addInvalid(slot);
        break;
      }
      const cell = cells.of(hash[hole]!, reader.bytes, start[hole]!, end[hole]!);
      if (cell < 0) counts.addCategory(slot, reader.text(hole));
      else counts.addCell(slot, cell);
      break;
    }
    case KIND.null:
      counts.addMissing(slot);
      break;
    default:
      addValue(counts, slot, kind[hole] === KIND.true);
  }
}
