import type { WindowCounts } from '@drawbridge/drift';
import { Copied, giveRoom, listRoom, rows as listed, tableRoom, takeRoom } from './decode/column-memory.js';
import { keepRow } from './decode/kernel.js';
import { ALONE, MOST_ROWS, TABLES_BYTES } from './decode/kernel-layout.js';
import { addColumn, columnBytes, type NumericSlot, writeColumn } from './number-column.js';

/** Rows and values that wait at most: what the fastest cache of a processor has room for, beside what they are counted by. */
const LEAST_ROWS = 8;
const MOST_VALUES = 4096;

/** Whether these slots can be counted by the kernel: their tables must have room. */
export function fitColumns(slots: readonly NumericSlot[]): boolean {
  return bytesOf(slots) <= TABLES_BYTES;
}

function bytesOf(slots: readonly NumericSlot[]): number {
  return slots.reduce((sum, slot) => sum + columnBytes(slot), 0);
}

/**
 * The numbers of the events of one form, column by column. Counting a column at once keeps what that needs at hand, its
 * edges, cells and sums, where row by row each of them would be fetched anew for every value. Values and what they are
 * counted by are in the memory of the kernel.
 */
export class NumberColumns {
  rows = 0;
  private readonly count: number;
  private readonly capacity: number;
  /** Four times the hole of each column. */
  private readonly holes: Copied;
  private readonly tables: Copied;
  /** Where the tables of each column begin. */
  private readonly offsets: Int32Array;
  private readonly momentsAt: Int32Array;
  /** Where the rows are that wait. */
  private room: number | undefined;
  /** The rows of each window. They are a new one each when the clock of a producer leaps to and fro, at most. */
  private readonly shares: Share[] = [];
  private used = 0;

  constructor(slots: readonly NumericSlot[]) {
    this.count = slots.length;
    this.capacity = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(1, slots.length))));
    this.momentsAt = Int32Array.from(slots, ({ slot }) => slot.momentOffset);
    this.offsets = new Int32Array(slots.length);
    const view = new DataView(new ArrayBuffer(bytesOf(slots)));
    let at = 0;
    slots.forEach((slot, index) => {
      writeColumn(new DataView(view.buffer, at), slot);
      this.offsets[index] = at;
      at += columnBytes(slot);
    });
    this.tables = new Copied(tableRoom, new Uint8Array(view.buffer));
    this.holes = new Copied(listRoom, new Uint8Array(Uint32Array.from(slots, ({ hole }) => 4 * hole).buffer));
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  /** Takes up the event that was read last, a row of this window. There must be room in it. False when there is none for its rows. */
  add(window: WindowCounts): boolean {
    this.room ??= takeRoom(8 * this.capacity * this.count);
    if (this.room === undefined) return false;
    const row = this.rows;
    keepRow(this.holes.place(), this.count, this.room + 8 * row, 8 * this.capacity);
    this.rows = row + 1;
    const share = this.share(window);
    share.rows[share.count] = row;
    share.count += 1;
    return true;
  }

  /** Adds the event that was read last to a window that may not wait. */
  countNow(window: WindowCounts): void {
    keepRow(this.holes.place(), this.count, ALONE, 8);
    listed[0] = 0;
    this.countRows(window, ALONE, 8, 1);
  }

  /** Adds all rows to their windows. */
  settle(): void {
    const { shares, used, room } = this;
    if (room === undefined) return;
    for (let s = 0; s < used; s += 1) {
      const { window, rows, count } = shares[s]!;
      listed.set(rows);
      this.countRows(window, room, 8 * this.capacity, count);
    }
    this.forget();
  }

  forget(): void {
    if (this.room === undefined) return;
    giveRoom();
    this.room = undefined;
    this.rows = 0;
    this.used = 0;
  }

  private countRows(window: WindowCounts, values: number, bytes: number, rows: number): void {
    const { count, offsets, momentsAt } = this;
    const tables = this.tables.place();
    for (let i = 0; i < count; i += 1) addColumn(window, momentsAt[i]!, tables + offsets[i]!, values + i * bytes, rows);
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
