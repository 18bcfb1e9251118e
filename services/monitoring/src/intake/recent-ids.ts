import { hashOf } from './byte-hash.js';

const SMALLEST = 256;

/**
 * The ids of the last `size` records of one partition. An id is a repeat when it occurred within the `size` numbers
 * before the record, which depends on numbers alone: re-reading that many records rebuilds it exactly. Numbers are
 * offsets, or count the rows of a partition.
 *
 * Two generations of `size` numbers each, of which the older one is forgotten as a whole: no id is ever looked up in
 * order to be forgotten. Ids are kept as bytes: a text per event would cost more than all the rest of its counting.
 */
export class RecentIds {
  private latest = new Generation();
  private before = new Generation();
  /** Where the generation of `latest` ends. */
  private end = 0;
  /** Projects by name: their ids are apart. */
  private readonly scopes = new Map<string, number>();
  private scratch = Buffer.alloc(256);

  constructor(readonly size: number) {}

  /** Remembers the id of the record with this number, which must be above every earlier one; true when it is a repeat. */
  seen(project: string, id: string, number: number): boolean {
    const most = 3 * id.length;
    if (most > this.scratch.length) this.scratch = Buffer.alloc(most);
    const length = this.scratch.write(id);
    return this.seenBytes(project, this.scratch, 0, length, hashOf(this.scratch, 0, length), number);
  }

  /** The same for an id in UTF-8, with the `hashOf` its bytes. */
  seenBytes(project: string, bytes: Uint8Array, from: number, to: number, hash: number, number: number): boolean {
    if (number >= this.end) this.turn(number);
    const scope = this.scope(project);
    const { latest, before } = this;
    let entry = latest.find(scope, bytes, from, to, hash);
    let last: number | undefined;
    if (entry >= 0) last = latest.numberOf(entry);
    else {
      if (before.size > 0) {
        const older = before.find(scope, bytes, from, to, hash);
        if (older >= 0) last = before.numberOf(older);
      }
      entry = latest.add(scope, bytes, from, to, hash);
    }
    latest.setNumber(entry, number);
    return last !== undefined && last > number - this.size;
  }

  clear(): void {
    this.latest.clear();
    this.before.clear();
    this.scopes.clear();
    this.end = 0;
  }

  private turn(number: number): void {
    const { before } = this;
    this.before = this.latest;
    before.clear();
    this.latest = before;
    // After a hole as wide as a generation nothing that was seen is recent any more.
    if (number >= this.end + this.size) this.before.clear();
    this.end = number - (number % this.size) + this.size;
  }

  private scope(project: string): number {
    let scope = this.scopes.get(project);
    if (scope === undefined) this.scopes.set(project, (scope = this.scopes.size));
    return scope;
  }
}

/** Ids with the number of their last record, in a table with open places, at most half full. */
class Generation {
  size = 0;
  /** Entry plus one, 0 where there is none. */
  private places = new Int32Array(2 * SMALLEST);
  private hashes = new Int32Array(SMALLEST);
  private scopes = new Int32Array(SMALLEST);
  private numbers = new Float64Array(SMALLEST);
  /** Where an id ends in `text`; it begins where the one before it ends. */
  private ends = new Int32Array(SMALLEST);
  private text: Uint8Array = new Uint8Array(40 * SMALLEST);

  /** -1 when it is not there. */
  find(scope: number, bytes: Uint8Array, from: number, to: number, hash: number): number {
    const { places, hashes } = this;
    const mask = places.length - 1;
    for (let at = hash & mask; places[at] !== 0; at = (at + 1) & mask) {
      const entry = places[at]! - 1;
      if (hashes[entry] === hash && this.is(entry, scope, bytes, from, to)) return entry;
    }
    return -1;
  }

  /** Adds what `find` did not find. */
  add(scope: number, bytes: Uint8Array, from: number, to: number, hash: number): number {
    const entry = this.size;
    if (entry === this.hashes.length) this.grow();
    this.size = entry + 1;
    const start = entry === 0 ? 0 : this.ends[entry - 1]!;
    const end = start + to - from;
    if (end > this.text.length) this.text = longer(this.text, new Uint8Array(2 * end));
    const { text } = this;
    for (let at = start, i = from; i < to; at += 1, i += 1) text[at] = bytes[i]!;
    this.ends[entry] = end;
    this.hashes[entry] = hash;
    this.scopes[entry] = scope;
    this.place(entry, hash);
    return entry;
  }

  numberOf(entry: number): number {
    return this.numbers[entry]!;
  }

  setNumber(entry: number, number: number): void {
    this.numbers[entry] = number;
  }

  clear(): void {
    if (this.size > 0) this.places.fill(0);
    this.size = 0;
  }

  private is(entry: number, scope: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = entry === 0 ? 0 : this.ends[entry - 1]!;
    if (this.scopes[entry] !== scope || this.ends[entry]! - start !== to - from) return false;
    const { text } = this;
    for (let at = start, i = from; i < to; at += 1, i += 1) if (text[at] !== bytes[i]) return false;
    return true;
  }

  private place(entry: number, hash: number): void {
    const { places } = this;
    const mask = places.length - 1;
    let at = hash & mask;
    while (places[at] !== 0) at = (at + 1) & mask;
    places[at] = entry + 1;
  }

  private grow(): void {
    const size = 2 * this.hashes.length;
    this.hashes = longer(this.hashes, new Int32Array(size));
    this.scopes = longer(this.scopes, new Int32Array(size));
    this.numbers = longer(this.numbers, new Float64Array(size));
    this.ends = longer(this.ends, new Int32Array(size));
    this.places = new Int32Array(2 * size);
    for (let entry = 0; entry < this.size; entry += 1) this.place(entry, this.hashes[entry]!);
  }
}

function longer<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
