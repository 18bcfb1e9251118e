import { type FeatureLayout, WindowCounts } from '@drawbridge/drift';
import { LATENCY_BUCKETS, latencyBucket } from './latency.js';

/**
 * What one partition contributed to one window of one monitor. Additive: the window is the sum of its parts, and the
 * counts depend only on which rows were added, not on order, batches or crashes.
 */
export class WindowPart {
  /** Rows, failed requests included. */
  n = 0;
  errors = 0;
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
  scoreCount = 0;
  scoreSum = 0;
  /** Event times of the first and last row, milliseconds. */
  firstMs = Infinity;
  lastMs = -Infinity;
  readonly latency = new Uint32Array(LATENCY_BUCKETS);
  readonly counts: WindowCounts;

  constructor(layout: FeatureLayout) {
    this.counts = new WindowCounts(layout);
  }

  addTime(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
  }

  addLatency(ms: number): void {
    this.latency[latencyBucket(ms)]! += 1;
  }

  addScore(score: number): void {
    this.scoreCount += 1;
    this.scoreSum += score;
  }

  merge(other: WindowPart): this {
    this.n += other.n;
    this.errors += other.errors;
    this.late += other.late;
    this.deduplicated += other.deduplicated;
    this.rejected += other.rejected;
    this.dropped += other.dropped;
    this.announces ||= other.announces;
    this.scoreCount += other.scoreCount;
    this.scoreSum += other.scoreSum;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    for (let i = 0; i < this.latency.length; i += 1) this.latency[i]! += other.latency[i]!;
    this.counts.merge(other.counts);
    return this;
  }

  copy(): WindowPart {
    return new WindowPart(this.counts.layout).merge(this);
  }
}
