import { type BinIndex, type FeatureSlot, LAST_CELL, type WindowCounts } from '@drawbridge/drift';
import { NULL, TEXT, TRUE } from './decode/kernel-layout.js';

/** A numeric slot, and the hole that its values stand in. */
export interface NumericSlot {
  readonly hole: number;
  readonly slot: FeatureSlot;
  readonly feature: Extract<FeatureSlot['feature'], { kind: 'numeric' }>;
  readonly bins: BinIndex;
}

/** Values of one numeric slot that wait to be counted. */
export class NumberColumn {
  readonly hole: number;
  /** NaN where there is none, an infinity where it is no number; see `WindowCounts.addNumeric`. */
  readonly values: Float64Array;
  /** Between two infinite ones, so that looking at a neighbour needs no question whether there is one. */
  private readonly edges: Float64Array;
  private readonly table: Uint16Array;
  private readonly first: number;
  private readonly perCell: number;
  private readonly least: number;
  private readonly most: number;
  private readonly mean: number;
  private readonly bins: BinIndex;
  /** Of its cells in the slab: the first bin, missing values, those below the reference, and those above. */
  private readonly binsAt: number;
  private readonly missingAt: number;
  private readonly belowAt: number;
  private readonly aboveAt: number;
  private readonly momentsAt: number;

  constructor({ hole, slot, feature, bins }: NumericSlot, rows: number) {
    this.hole = hole;
    this.values = new Float64Array(rows);
    this.bins = bins;
    this.edges = Float64Array.from([-Infinity, ...bins.edges, Infinity]);
    this.table = bins.table;
    this.first = bins.first;
    this.perCell = bins.perCell;
    this.least = feature.min ?? -Infinity;
    this.most = feature.max ?? Infinity;
    this.mean = feature.mean ?? 0;
    this.binsAt = slot.offset;
    this.missingAt = slot.offset + slot.cells;
    this.belowAt = this.missingAt + 2;
    this.aboveAt = this.missingAt + 3;
    this.momentsAt = slot.momentOffset;
  }

  /** What stands for a value that is no plain number. */
  unusual(kind: number): number {
    if (kind === NULL) return NaN;
    if (kind === TEXT) return Infinity;
    return kind === TRUE ? 1 : 0;
  }

  /** Adds some of its rows to a window, as `WindowCounts.addNumeric` would. */
  count(window: WindowCounts, rows: Uint8Array, count: number): void {
    const { values, edges, table, first, perCell, least, most, mean, binsAt, momentsAt } = this;
    const { counts, sums } = window;
    let sum = sums[momentsAt]!;
    let squares = sums[momentsAt + 1]!;
    let min = sums[momentsAt + 2]!;
    let max = sums[momentsAt + 3]!;
    for (let i = 0; i < count; i += 1) {
      const x = values[rows[i]!]!;
      if (x - x !== 0) {
        counts[this.missingAt + (x === x ? 1 : 0)]! += 1;
        continue;
      }
      const position = (x - first) * perCell;
      const cell = position > 0 ? (position < LAST_CELL ? position | 0 : LAST_CELL) : 0;
      // Whether a value is above an edge of its cell cannot be foreseen, and a wrong guess costs the processor more than
      // two comparisons without a jump, which do for nearly all cells.
      let bin = table[cell]!;
      bin += Number(edges[bin + 1]! < x);
      bin += Number(edges[bin + 1]! < x);
      if (edges[bin + 1]! < x) bin = this.bins.of(x);
      counts[binsAt + bin]! += 1;
      if (x < least) counts[this.belowAt]! += 1;
      else if (x > most) counts[this.aboveAt]! += 1;
      const d = x - mean;
      sum += d;
      squares += d * d;
      if (x < min) min = x;
      if (x > max) max = x;
    }
    sums[momentsAt] = sum;
    sums[momentsAt + 1] = squares;
    sums[momentsAt + 2] = min;
    sums[momentsAt + 3] = max;
  }
}
