import { hashOf, mixed, WORD } from './byte-hash.js';

const SMALLEST = 256;

/**
 * The ids of the last `size` records of one partition. An id is a repeat when it occurred within the `size` numbers
 * before the record, which depends on numbers alone: re-reading that many records rebuilds it exactly. Numbers are
 * offsets, or count the rows of a partition.
 *
 * Two generations of `size` numbers each, of which the older one is forgotten as a whole: no id is ever looked up in
 * order to be forgotten. Ids are kept as bytes: a text per event would cost more than all the rest of its counting. Both
 * generations are found by one table of open places, at most half full, since every place that is looked at is somewhere
 * else in memory and costs as much as reading a number of the event. For the same reason a place has, beside its entry,
 * what it can hold of the hash.
 */
export class RecentIds {
  private latest = new Generation(0);
  private before = new Generation(1);
  /** 0 for none; else the number of an entry plus one in the low bits, and the high bits of its hash. */
  private places = new Int32Array(2 * SMALLEST);
  /** Where the bits of the hash begin. */
  private hashAt = 0;
  /** Where the generation of `latest` ends. */
  private end = 0;
  /** Ids of different projects are apart, by their hashes too: whoever sends one id in any number of projects must not find them in one chain. */
  private project = '';
  private projectHash = 0;
  private known = false;
  private scratch = Buffer.alloc(256);

  constructor(readonly size: number) {
    this.resize(this.places.length);
  }

  /** Remembers the id of the record with this number, which must be above every earlier one; true when it is a repeat. */
  seen(project: string, id: string, number: number): boolean {
    const most = 3 * id.length;
    if (most > this.scratch.length) this.scratch = Buffer.alloc(most);
    const { scratch } = this;
    const length = scratch.write(id);
    const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);
    return this.seenBytes(project, view, 0, length, hashOf(scratch, 0, length), number);
  }

  /** The same for an id in UTF-8, with the `hashOf` its bytes. */
  seenBytes(project: string, bytes: DataView, from: number, to: number, hash: number, number: number): boolean {
    if (number >= this.end) this.turn(number);
    if (project !== this.project || !this.known) this.turnTo(project);
    return this.seenHere(bytes, from, to, mixed(hash, this.projectHash), number);
  }

  private seenHere(bytes: DataView, from: number, to: number, hash: number, number: number): boolean {
    const { places, hashAt, latest } = this;
    const mask = places.length - 1;
    let at = hash & mask;
    for (let place = places[at]!; place !== 0; place = places[at]!) {
      if ((place ^ hash) >>> hashAt === 0) {
        const one = (place & (2 ** hashAt - 1)) - 1;
        const generation = (one & 1) === latest.parity ? latest : this.before;
        const entry = one >>> 1;
        if (generation.is(entry, bytes, from, to, hash)) {
          const last = generation.numberOf(entry);
          if (generation === latest) latest.setNumber(entry, number);
          else {
            generation.drop(entry);
            places[at] = this.placeOf(latest, latest.add(bytes, from, to, hash, number), hash);
          }
          return last > number - this.size;
        }
      }
      at = (at + 1) & mask;
    }
    places[at] = this.placeOf(latest, latest.add(bytes, from, to, hash, number), hash);
    if (2 * Math.max(latest.size, this.before.size) >= places.length >>> 1) this.resize(2 * places.length);
    return false;
  }

  clear(): void {
    this.latest.clear();
    this.before.clear();
    this.places.fill(0);
    this.known = false;
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
    this.places.fill(0);
    this.placeAll(this.before);
    this.known = false;
  }

  private turnTo(project: string): void {
    this.latest.turnTo(project);
    this.before.turnTo(project);
    this.project = project;
    this.projectHash = hashOf(project);
    this.known = true;
  }

  private resize(places: number): void {
    if (places !== this.places.length) this.places = new Int32Array(places);
    // Entries of both generations take turns: their numbers plus one are at most as many as there are places.
    this.hashAt = 32 - Math.clz32(places);
    this.placeAll(this.before);
    this.placeAll(this.latest);
  }

  private placeAll(generation: Generation): void {
    const { places } = this;
    const mask = places.length - 1;
    for (let entry = 0; entry < generation.size; entry += 1) {
      if (generation.isDropped(entry)) continue;
      const hash = generation.hashOf(entry);
      let at = hash & mask;
      while (places[at] !== 0) at = (at + 1) & mask;
      places[at] = this.placeOf(generation, entry, hash);
    }
  }

  private placeOf({ parity }: Generation, entry: number, hash: number): number {
    return ((hash >>> this.hashAt) << this.hashAt) | (2 * entry + parity + 1);
  }
}

/** Ids with the number of their last record, in the order in which they came. */
class Generation {
  size = 0;
  private hashes = new Int32Array(SMALLEST);
  private scopes = new Int32Array(SMALLEST);
  private numbers = new Float64Array(SMALLEST);
  /** Where an id ends in `text`; it begins where the one before it ends. */
  private ends = new Int32Array(SMALLEST);
  private text = new DataView(new ArrayBuffer(40 * SMALLEST));
  /** Projects by name, as long as there are ids of them. */
  private readonly projects = new Map<string, number>();
  private scope = 0;

  constructor(readonly parity: 0 | 1) {}

  /** What is asked and added from now on is of this project. */
  turnTo(project: string): void {
    let scope = this.projects.get(project);
    if (scope === undefined) this.projects.set(project, (scope = this.projects.size));
    this.scope = scope;
  }

  add(bytes: DataView, from: number, to: number, hash: number, number: number): number {
    const entry = this.size;
    if (entry === this.hashes.length) this.grow();
    this.size = entry + 1;
    let at = entry === 0 ? 0 : this.ends[entry - 1]!;
    const end = at + to - from;
    if (end > this.text.byteLength) this.text = new DataView(longer(new Uint8Array(this.text.buffer), new Uint8Array(2 * end)).buffer);
    const { text } = this;
    let i = from;
    for (; i + WORD <= to; i += WORD, at += WORD) text.setInt32(at, bytes.getInt32(i));
    for (; i < to; i += 1, at += 1) text.setUint8(at, bytes.getUint8(i));
    this.ends[entry] = end;
    this.hashes[entry] = hash;
    this.scopes[entry] = this.scope;
    this.numbers[entry] = number;
    return entry;
  }

  hashOf(entry: number): number {
    return this.hashes[entry]!;
  }

  numberOf(entry: number): number {
    return this.numbers[entry]!;
  }

  setNumber(entry: number, number: number): void {
    this.numbers[entry] = number;
  }

  /** The same id has a newer entry in the other generation. */
  drop(entry: number): void {
    this.numbers[entry] = -Infinity;
  }

  isDropped(entry: number): boolean {
    return this.numbers[entry] === -Infinity;
  }

  clear(): void {
    this.size = 0;
    this.projects.clear();
  }

  is(entry: number, bytes: DataView, from: number, to: number, hash: number): boolean {
    const start = entry === 0 ? 0 : this.ends[entry - 1]!;
    if (this.hashes[entry] !== hash || this.scopes[entry] !== this.scope || this.ends[entry]! - start !== to - from) return false;
    const { text } = this;
    for (let at = start, i = from; i < to; at += 1, i += 1) if (text.getUint8(at) !== bytes.getUint8(i)) return false;
    return true;
  }

  private grow(): void {
    const size = 2 * this.hashes.length;
    this.hashes = longer(this.hashes, new Int32Array(size));
    this.scopes = longer(this.scopes, new Int32Array(size));
    this.numbers = longer(this.numbers, new Float64Array(size));
    this.ends = longer(this.ends, new Int32Array(size));
  }
}

function longer<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
