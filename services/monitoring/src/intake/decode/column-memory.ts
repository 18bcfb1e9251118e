import { memory } from './kernel.js';
import { CELLS, LISTS, LISTS_BYTES, MOMENTS, MOST_ROWS, ROWS, TABLES, TABLES_BYTES, WAITING, WAITING_BYTES } from './kernel-layout.js';

/** Places within a column of the rows that are counted. */
export const rows = new Uint8Array(memory, ROWS, MOST_ROWS);
/** What they counted in: a value counts once, and once more when it is out of range. */
export const cells = new Int32Array(memory, CELLS, 2 * MOST_ROWS);
/** Sum of deviations, sum of their squares, least and greatest value of the column that is counted. */
export const moments = new Float64Array(memory, MOMENTS, 4);

/** A part of the memory for copies. When there is no room for one more, all have to go and come back one by one: a new round. */
class CopyRoom {
  private readonly copies: Uint8Array;
  private at = 0;
  round = 0;

  constructor(start: number, length: number) {
    this.copies = new Uint8Array(memory, start, length);
  }

  add(bytes: Uint8Array): number {
    // Numbers stand at multiples of eight.
    const room = Math.ceil(bytes.length / 8) * 8;
    if (this.at + room > this.copies.length) {
      this.round += 1;
      this.at = 0;
    }
    const { at, copies } = this;
    copies.set(bytes, at);
    this.at += room;
    return copies.byteOffset + at;
  }
}

/** Tables by which columns are counted, needed when rows are. There may be no more bytes of one than `TABLES_BYTES`. */
export const tableRoom = new CopyRoom(TABLES, TABLES_BYTES);
/** Lists of holes, needed for every event: apart, because they are small and tables must not drive them out. */
export const listRoom = new CopyRoom(LISTS, LISTS_BYTES);

/** Bytes whose home is here; in the memory of the kernel they have a copy. */
export class Copied {
  private round = -1;
  private at = 0;

  constructor(
    private readonly room: CopyRoom,
    private readonly bytes: Uint8Array,
  ) {}

  /** Where the copy is, until another one is asked for. */
  place(): number {
    if (this.round !== this.room.round) {
      this.at = this.room.add(this.bytes);
      this.round = this.room.round;
    }
    return this.at;
  }
}

/** Rows wait for a short time only, and mostly all of them are counted together: then it is all free again. */
const waiting = { at: 0, users: 0 };

/** Room for rows that wait, or undefined when there is none until some are given back. */
export function takeRoom(bytes: number): number | undefined {
  if (waiting.at + bytes > WAITING_BYTES) return undefined;
  const place = WAITING + waiting.at;
  waiting.at += bytes;
  waiting.users += 1;
  return place;
}

export function giveRoom(): void {
  waiting.users -= 1;
  if (waiting.users === 0) waiting.at = 0;
}
