import { FeatureLayout, MOMENTS, type FeatureSlot } from './layout.js';

const LARGEST_COUNT = 0xffff_ffff;

/**
 * Additive counts of the rows of one window (or of one partition's part of it), in one slab per baseline.
 *
 * Counts depend only on the multiset of rows: any order, batching or partitioning gives identical ones. The float
 * sums depend on order in their last bits. Adding allocates nothing.
 */
export class WindowCounts {
  rows = 0;
  readonly counts: Uint32Array;
  readonly sums: Float64Array;

  constructor(readonly layout: FeatureLayout) {
    this.counts = new Uint32Array(layout.counters);
    this.sums = new Float64Array(layout.moments);
    this.clearExtremes();
  }

  /** Call once per row, beside one `add…` per slot. */
  addRow(): void {
    this.rows += 1;
  }

  /** NaN is a missing value, an infinity an invalid one. Calendar slots take their number here too. */
  addNumeric(slot: number, x: number): void {
    const place = this.layout.slots[slot]!;
    if (x - x !== 0) {
      this.counts[place.offset + place.cells + (x === x ? 1 : 0)]! += 1;
      return;
    }
    const bins = this.layout.bins[slot];
    if (bins === undefined) {
      this.addBanded(place, x);
      return;
    }
    this.counts[place.offset + bins.of(x)]! += 1;
    const { feature, momentOffset: at } = place;
    if (feature.kind !== 'numeric') return;
    if (feature.min !== null && x < feature.min) this.counts[place.offset + place.cells + 2]! += 1;
    else if (feature.max !== null && x > feature.max) this.counts[place.offset + place.cells + 3]! += 1;
    const { sums } = this;
    const d = x - (feature.mean ?? 0);
    sums[at]! += d;
    sums[at + 1]! += d * d;
    if (x < sums[at + 2]!) sums[at + 2] = x;
    if (x > sums[at + 3]!) sums[at + 3] = x;
  }

  addCategory(slot: number, value: string): void {
    this.counts[this.layout.slots[slot]!.offset + this.layout.categoryCell(slot, value)]! += 1;
  }

  /** For callers that resolved the cell themselves with `layout.categoryCell`. */
  addCell(slot: number, cell: number): void {
    this.counts[this.layout.slots[slot]!.offset + cell]! += 1;
  }

  addMissing(slot: number): void {
    const place = this.layout.slots[slot]!;
    this.counts[place.offset + place.cells]! += 1;
  }

  /** A value of the wrong type, or one outside what the feature can be. */
  addInvalid(slot: number): void {
    const place = this.layout.slots[slot]!;
    this.counts[place.offset + place.cells + 1]! += 1;
  }

  /** Adds another window of the same layout. Throws a RangeError rather than let a counter wrap around. */
  merge(other: WindowCounts): this {
    if (other.layout.fingerprint !== this.layout.fingerprint) throw new TypeError('counts of another baseline');
    const { counts, sums } = this;
    for (let i = 0; i < counts.length; i += 1) {
      const total = counts[i]! + other.counts[i]!;
      if (total > LARGEST_COUNT) throw new RangeError('a counter is full: merge fewer windows');
      counts[i] = total;
    }
    for (let at = 0; at < sums.length; at += MOMENTS) {
      sums[at]! += other.sums[at]!;
      sums[at + 1]! += other.sums[at + 1]!;
      sums[at + 2] = Math.min(sums[at + 2]!, other.sums[at + 2]!);
      sums[at + 3] = Math.max(sums[at + 3]!, other.sums[at + 3]!);
    }
    this.rows += other.rows;
    return this;
  }

  /** Empties the slab for reuse. */
  clear(): void {
    this.rows = 0;
    this.counts.fill(0);
    this.sums.fill(0);
    this.clearExtremes();
  }

  copy(): WindowCounts {
    return new WindowCounts(this.layout).merge(this);
  }

  /** Counts of the cells of one slot, then `missing`, then `invalid`; a view, not a copy. */
  cells(slot: number): Uint32Array {
    const place = this.layout.slots[slot]!;
    return this.counts.subarray(place.offset, place.offset + place.cells + 2);
  }

  missing(slot: number): number {
    const place = this.layout.slots[slot]!;
    return this.counts[place.offset + place.cells]!;
  }

  invalid(slot: number): number {
    const place = this.layout.slots[slot]!;
    return this.counts[place.offset + place.cells + 1]!;
  }

  /** Rows of a numeric slot below or above everything the reference held; 0 for other kinds. */
  outOfRange(slot: number): number {
    const { kind, offset, cells } = this.layout.slots[slot]!;
    return kind === 'numeric' ? this.counts[offset + cells + 2]! + this.counts[offset + cells + 3]! : 0;
  }

  /** Rows of a categorical slot whose value the reference never held; 0 for other kinds. */
  unseen(slot: number): number {
    const { kind, offset, cells } = this.layout.slots[slot]!;
    return kind === 'categorical' ? this.counts[offset + cells - 1]! : 0;
  }

  private addBanded(place: FeatureSlot, x: number): void {
    const { feature } = place;
    if (feature.kind !== 'calendar') throw new TypeError(`feature ${place.name} takes no numbers`);
    const { bands } = feature;
    let cell = bands.length - 1;
    while (cell >= 0 && x < bands[cell]!) cell -= 1;
    const inside = cell >= 0 && cell < bands.length - 1;
    this.counts[place.offset + (inside ? cell : place.cells + 1)]! += 1;
  }

  private clearExtremes(): void {
    for (let at = 0; at < this.sums.length; at += MOMENTS) {
      this.sums[at + 2] = Infinity;
      this.sums[at + 3] = -Infinity;
    }
  }
}
