import { hashOf, WORD } from './byte-hash.js';

/**
 * Cells of the texts of one slot by the hash of their bytes, at most half full; texts of the same hash are told apart by
 * their bytes. A text that has none goes into the cell of the unknown ones.
 */
export class TextCells {
  private readonly mask: number;
  /** Number of a text plus one, 0 where there is none. */
  private readonly places: Int32Array;
  private readonly hashes: Int32Array;
  private readonly cells: Int32Array;
  /** Where a text ends in `text`; it begins where the one before it ends. */
  private readonly ends: Int32Array;
  private readonly text: Uint8Array;

  constructor(
    cells: ReadonlyMap<string, number>,
    private readonly unknown: number,
  ) {
    const size = 2 ** Math.ceil(Math.log2(2 * cells.size + 2));
    const texts = [...cells.keys()].map((text) => Buffer.from(text));
    this.mask = size - 1;
    this.places = new Int32Array(size);
    this.hashes = Int32Array.from(texts, (text) => hashOf(text));
    this.cells = Int32Array.from(cells.values());
    this.text = Buffer.concat(texts);
    let end = 0;
    this.ends = Int32Array.from(texts, ({ length }) => (end += length));
    this.hashes.forEach((hash, index) => {
      let at = hash & this.mask;
      while (this.places[at] !== 0) at = (at + 1) & this.mask;
      this.places[at] = index + 1;
    });
  }

  of(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const { mask, places, hashes } = this;
    for (let at = hash & mask; places[at] !== 0; at = (at + 1) & mask) {
      const index = places[at]! - 1;
      if (hashes[index] === hash && this.is(index, bytes, from, to)) return this.cells[index]!;
    }
    return this.unknown;
  }

  private is(index: number, bytes: Uint8Array, from: number, to: number): boolean {
    const { text } = this;
    const start = index === 0 ? 0 : this.ends[index - 1]!;
    const length = to - from;
    if (this.ends[index]! - start !== length) return false;
    // A hash of one word is another one for every word.
    if (length <= WORD) return true;
    for (let at = start, i = from; i < to; at += 1, i += 1) if (text[at] !== bytes[i]) return false;
    return true;
  }
}
