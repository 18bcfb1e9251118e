import type { FeatureLayout } from '@drawbridge/drift';
import { Tally } from './tally.js';
import { bytesHash } from './text-hash.js';

/** Values of one key that are told apart in a window. */
export const MOST_VALUES = 20;
/** Rows of all other values together. */
export const OTHER = '(other)';
/** Rows that have no value. */
export const NONE = '(none)';

const OPENING = OTHER.charCodeAt(0);

interface Named {
  readonly rank: number;
  /** The value in UTF-8. */
  readonly bytes: Uint8Array;
  readonly tally: Tally;
}

/**
 * The rows of a window by the value of one segment key. Of more values than are told apart, those with the smallest
 * hashes are: which ones then depends on the values that occurred alone, never on order, partition or restart, and is
 * the same from window to window. A value that is named at the end was named from its first row on, so its counts are
 * complete; one that is pushed out never comes back.
 */
export class SegmentValues {
  /** By rank, and by bytes within one rank. */
  private readonly named: Named[] = [];
  private other: Tally | undefined;
  private none: Tally | undefined;

  constructor(private readonly layout: FeatureLayout) {}

  /** The tally of a value given in UTF-8; an empty one is none. */
  of(bytes: Uint8Array, from: number, to: number): Tally {
    if (from === to) return this.missing();
    const rank = bytesHash(bytes, from, to);
    const { named } = this;
    let place = 0;
    for (; place < named.length; place += 1) {
      const one = named[place]!;
      if (one.rank < rank) continue;
      const order = one.rank > rank ? 1 : compare(one.bytes, bytes, from, to);
      if (order === 0) return one.tally;
      if (order > 0) break;
    }
    if (bytes[from] === OPENING) {
      const reserved = this.reserved(Buffer.from(bytes.subarray(from, to)).toString());
      if (reserved !== undefined) return reserved;
    }
    return place === MOST_VALUES ? this.rest() : this.insert(place, { rank, bytes: bytes.slice(from, to) });
  }

  /** Rows without the key, and those whose value is empty. */
  missing(): Tally {
    return (this.none ??= new Tally(this.layout));
  }

  merge(other: SegmentValues): this {
    for (const { bytes, tally } of other.named) this.of(bytes, 0, bytes.length).merge(tally);
    if (other.other !== undefined) this.rest().merge(other.other);
    if (other.none !== undefined) this.missing().merge(other.none);
    return this;
  }

  /** Every value with its rows: the named ones by their hash, then the others, then none. */
  entries(): { readonly value: string; readonly tally: Tally }[] {
    const found = this.named.map(({ bytes, tally }) => ({ value: Buffer.from(bytes).toString(), tally }));
    if (this.other !== undefined) found.push({ value: OTHER, tally: this.other });
    if (this.none !== undefined) found.push({ value: NONE, tally: this.none });
    return found;
  }

  /** As `entries` names it; undefined when no row has it. */
  find(value: string): Tally | undefined {
    return this.entries().find((entry) => entry.value === value)?.tally;
  }

  private rest(): Tally {
    return (this.other ??= new Tally(this.layout));
  }

  private reserved(value: string): Tally | undefined {
    if (value === OTHER) return this.rest();
    return value === NONE ? this.missing() : undefined;
  }

  private insert(place: number, { rank, bytes }: Omit<Named, 'tally'>): Tally {
    let tally: Tally;
    if (this.named.length < MOST_VALUES) tally = new Tally(this.layout);
    else {
      ({ tally } = this.named.pop()!);
      this.rest().merge(tally);
      tally.clear();
    }
    this.named.splice(place, 0, { rank, bytes, tally });
    return tally;
  }
}

function compare(known: Uint8Array, bytes: Uint8Array, from: number, to: number): number {
  const length = Math.min(known.length, to - from);
  for (let i = 0; i < length; i += 1) {
    const difference = known[i]! - bytes[from + i]!;
    if (difference !== 0) return difference;
  }
  return known.length - (to - from);
}
