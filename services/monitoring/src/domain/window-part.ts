import { SegmentValues } from './segment-values.js';
import { Tally } from './tally.js';

/**
 * What one partition contributed to one window of one monitor. Additive: the window is the sum of its parts, and the
 * counts depend only on which rows were added, not on order, batches or crashes.
 */
export class WindowPart extends Tally {
  /** Rows that came after the lateness bound; they are part of `n`. */
  late = 0;
  /** Repeats, not part of `n`. */
  deduplicated = 0;
  /** Dead letters whose model and time could be read, not part of `n`. */
  rejected = 0;
  /** Rows that producers said they had to drop. */
  dropped = 0;
  /** Some producer of this window announces its drops, so the expected number of rows is known. */
  announces = false;
  /** Event times of the first and last row, milliseconds. */
  firstMs = Infinity;
  lastMs = -Infinity;
  /** The same rows by the values of each declared key; undefined where none is declared. */
  segments: Map<string, SegmentValues> | undefined = undefined;

  addTime(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
  }

  /** The rows by the values of a key, made on first use. */
  segment(key: string): SegmentValues {
    this.segments ??= new Map();
    let values = this.segments.get(key);
    if (values === undefined) this.segments.set(key, (values = new SegmentValues(this.counts.layout)));
    return values;
  }

  override merge(other: WindowPart): this {
    super.merge(other);
    this.late += other.late;
    this.deduplicated += other.deduplicated;
    this.rejected += other.rejected;
    this.dropped += other.dropped;
    this.announces ||= other.announces;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    for (const [key, values] of other.segments ?? []) this.segment(key).merge(values);
    return this;
  }
}
