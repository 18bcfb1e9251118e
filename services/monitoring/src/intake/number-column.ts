import type { BinIndex, FeatureSlot, WindowCounts } from '@drawbridge/drift';
import { cells, moments } from './decode/column-memory.js';
import { countColumn } from './decode/kernel.js';
import {
  COLUMN_BINS_AT,
  COLUMN_BYTES,
  COLUMN_CELLS,
  COLUMN_EDGES,
  COLUMN_FIRST,
  COLUMN_LEAST,
  COLUMN_MEAN,
  COLUMN_MISSING_AT,
  COLUMN_MOST,
  COLUMN_PER_CELL,
} from './decode/kernel-layout.js';

/** A numeric slot, and the hole that its values stand in. */
export interface NumericSlot {
  readonly hole: number;
  readonly slot: FeatureSlot;
  readonly feature: Extract<FeatureSlot['feature'], { kind: 'numeric' }>;
  readonly bins: BinIndex;
}

/** Bytes of what a column is counted by. */
export function columnBytes({ bins }: NumericSlot): number {
  return COLUMN_BYTES + 8 * (bins.edges.length + 1) + 8 * Math.ceil(bins.table.length / 4);
}

/** Writes down what a column is counted by: as many bytes as `columnBytes`. */
export function writeColumn(view: DataView, { slot, feature, bins }: NumericSlot): void {
  const edgesAt = COLUMN_BYTES;
  const cellsAt = edgesAt + 8 * (bins.edges.length + 1);
  view.setUint32(COLUMN_EDGES, edgesAt, true);
  view.setUint32(COLUMN_CELLS, cellsAt, true);
  view.setUint32(COLUMN_BINS_AT, slot.offset, true);
  // Missing values, those that are no number, those below the reference, and those above.
  view.setUint32(COLUMN_MISSING_AT, slot.offset + slot.cells, true);
  view.setFloat64(COLUMN_FIRST, bins.first, true);
  view.setFloat64(COLUMN_PER_CELL, bins.perCell, true);
  view.setFloat64(COLUMN_LEAST, feature.min ?? -Infinity, true);
  view.setFloat64(COLUMN_MOST, feature.max ?? Infinity, true);
  view.setFloat64(COLUMN_MEAN, feature.mean ?? 0, true);
  bins.edges.forEach((edge, index) => view.setFloat64(edgesAt + 8 * index, edge, true));
  // So that looking at the next edge needs no question whether there is one.
  view.setFloat64(edgesAt + 8 * bins.edges.length, Infinity, true);
  bins.table.forEach((bin, index) => view.setUint16(cellsAt + 2 * index, bin, true));
}

/** Adds the listed rows of a column to a window, as `WindowCounts.addNumeric` would. */
export function addColumn({ counts, sums }: WindowCounts, momentsAt: number, column: number, values: number, rows: number): void {
  moments[0] = sums[momentsAt]!;
  moments[1] = sums[momentsAt + 1]!;
  moments[2] = sums[momentsAt + 2]!;
  moments[3] = sums[momentsAt + 3]!;
  const found = countColumn(column, values, rows);
  for (let i = 0; i < found; i += 1) counts[cells[i]!]! += 1;
  sums[momentsAt] = moments[0];
  sums[momentsAt + 1] = moments[1];
  sums[momentsAt + 2] = moments[2];
  sums[momentsAt + 3] = moments[3];
}
