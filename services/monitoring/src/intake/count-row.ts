import { addValue, type FeatureLayout, type WindowCounts } from '@drawbridge/drift';
import { hashOf } from './decode/compile-form.js';
import type { Body } from './decode/forms.js';
import { KIND } from './decode/scan.js';
import type { PredictionRow } from './prediction.codec.js';
import type { PredictionReader } from './prediction.reader.js';

/** Adds the values of the reader's last record to a window. */
export function countRow(counts: WindowCounts, layout: FeatureLayout, reader: PredictionReader): void {
  counts.addRow();
  if (reader.body === undefined) countParsed(counts, layout, reader.row);
  else countScanned(counts, planOf(reader.body, layout), reader);
}

function countParsed(counts: WindowCounts, layout: FeatureLayout, row: PredictionRow): void {
  for (const slot of layout.slots) {
    if (slot.family === 'input') addValue(counts, slot.index, row.features?.[slot.name]);
    else addOutput(counts, slot.index, slot.kind === 'categorical', row);
  }
}

function addOutput(counts: WindowCounts, slot: number, categorical: boolean, row: PredictionRow): void {
  if (categorical) addValue(counts, slot, row.outputClass ?? row.outputValue);
  else addValue(counts, slot, Number.isNaN(row.score) ? row.outputValue : row.score);
}

/** Cells of the texts of one slot by the hash of their bytes; texts of the same hash are told apart by their bytes. */
class TextCells {
  private readonly byHash = new Map<number, { readonly bytes: Buffer; readonly cell: number }[]>();

  constructor(cells: ReadonlyMap<string, number>) {
    for (const [text, cell] of cells) {
      const bytes = Buffer.from(text);
      const hash = hashOf(bytes);
      this.byHash.set(hash, [...(this.byHash.get(hash) ?? []), { bytes, cell }]);
    }
  }

  /** -1 for a text that has no cell of its own. */
  of(hash: number, text: Buffer, from: number, to: number): number {
    const found = this.byHash.get(hash);
    if (found === undefined) return -1;
    for (const { bytes, cell } of found) {
      if (bytes.length !== to - from) continue;
      let i = 0;
      while (i < bytes.length && bytes[i] === text[from + i]) i += 1;
      if (i === bytes.length) return cell;
    }
    return -1;
  }
}

/** Where the values of one model's slots stand in one form of its events. */
export interface CountingPlan {
  readonly layout: FeatureLayout;
  /** Hole by input slot, -1 when the events do not have the feature. */
  readonly inputs: Int32Array;
  readonly cells: readonly (TextCells | undefined)[];
}

function planOf(body: Body, layout: FeatureLayout): CountingPlan {
  const known = body.plan as CountingPlan | undefined;
  if (known?.layout === layout) return known;
  const plan = {
    layout,
    inputs: Int32Array.from(layout.slots, (slot) => (slot.family === 'input' ? (body.features.get(slot.name) ?? -1) : -1)),
    cells: layout.categories.map((cells) => (cells === undefined ? undefined : new TextCells(cells))),
  };
  body.plan = plan;
  return plan;
}

function countScanned(counts: WindowCounts, plan: CountingPlan, reader: PredictionReader): void {
  const { slots } = plan.layout;
  const { kind, number, rounded, hash, start, end } = reader.forms.scanned.holes;
  for (let index = 0; index < slots.length; index += 1) {
    const slot = slots[index]!;
    const cells = plan.cells[index];
    if (slot.family !== 'input') {
      addOutput(counts, index, cells !== undefined, reader.row);
      continue;
    }
    const hole = plan.inputs[index]!;
    if (hole < 0) {
      counts.addMissing(index);
      continue;
    }
    switch (kind[hole]!) {
      case KIND.number:
        if (cells !== undefined) counts.addCategory(index, String(Number(reader.text(hole))));
        // A number that may be off in its last bit is read again exactly where that could change its bin.
        else if (rounded[hole] === 1 && counts.isNearEdge(index, number[hole]!)) counts.addNumeric(index, Number(reader.text(hole)));
        else counts.addNumeric(index, number[hole]!);
        break;
      case KIND.text: {
        if (cells === undefined) {
          counts.addInvalid(index);
          break;
        }
        const cell = cells.of(hash[hole]!, reader.bytes, start[hole]!, end[hole]!);
        if (cell < 0) counts.addCategory(index, reader.text(hole));
        else counts.addCell(index, cell);
        break;
      }
      case KIND.null:
        counts.addMissing(index);
        break;
      default:
        addValue(counts, index, kind[hole] === KIND.true);
    }
  }
}
