import type { WindowCounts } from '@drawbridge/drift';
import { holes } from './decode/kernel.js';
import { NUMBER } from './decode/kernel-layout.js';
import { NumberColumn, type NumericSlot } from './number-column.js';

/** Rows and values that wait at most: what the fastest cache of a processor has room for, beside what they are counted by. */
const MOST_ROWS = 64;
const LEAST_ROWS = 8;
const MOST_VALUES = 4096;

const ONE_ROW = Uint8Array.of(0);

/**
 * The numbers of the events of one form, column by column. Counting a column at once keeps what that needs at hand, its
 * edges, cells and sums, where row by row each of them would be fetched anew for every value.
 */
export class NumberColumns {
  rows = 0;
  private readonly columns: readonly NumberColumn[];
  private readonly capacity: number;
  /** The rows of each window. They are a new one each when the clock of a producer leaps to and fro, at most. */
  private readonly shares: Share[] = [];
  private used = 0;
  /** A single row, counted at once. */
  private readonly alone: readonly NumberColumn[];

  constructor(slots: readonly NumericSlot[]) {
    this.capacity = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(1, slots.length))));
    this.columns = slots.map((slot) => new NumberColumn(slot, this.capacity));
    this.alone = slots.map((slot) => new NumberColumn(slot, 1));
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  /** Takes up the event that was read last, a row of this window. There must be room. */
  add(window: WindowCounts): void {
    const row = this.rows;
    fill(this.columns, row);
    this.rows = row + 1;
    const share = this.share(window);
    share.rows[share.count] = row;
    share.count += 1;
  }

  /** Adds the event that was read last to a window that may not wait. */
  countNow(window: WindowCounts): void {
    fill(this.alone, 0);
    for (const column of this.alone) column.count(window, ONE_ROW, 1);
  }

  /** Adds all rows to their windows. */
  settle(): void {
    const { columns, shares, used } = this;
    for (let s = 0; s < used; s += 1) {
      const { window, rows, count } = shares[s]!;
      for (let i = 0; i < columns.length; i += 1) columns[i]!.count(window, rows, count);
    }
    this.forget();
  }

  forget(): void {
    this.rows = 0;
    this.used = 0;
  }

  private share(window: WindowCounts): Share {
    const { shares } = this;
    for (let s = 0; s < this.used; s += 1) if (shares[s]!.window === window) return shares[s]!;
    const share = { window, rows: shares[this.used]?.rows ?? new Uint8Array(this.capacity), count: 0 };
    shares[this.used] = share;
    this.used += 1;
    return share;
  }
}

interface Share {
  readonly window: WindowCounts;
  readonly rows: Uint8Array;
  count: number;
}

function fill(columns: readonly NumberColumn[], row: number): void {
  const { kind, number } = holes;
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i]!;
    const of = kind[column.hole]!;
    column.values[row] = of === NUMBER ? number[column.hole]! : column.unusual(of);
  }
}
