import { type FeatureLayout, WindowCounts } from '@drawbridge/drift';
import { LATENCY_BUCKETS, latencyBucket } from './latency.js';

/** What is counted of any set of rows: of a window's, and of each of its segments. Additive in every figure. */
export class Tally {
  /** Rows, failed requests included. */
  n = 0;
  errors = 0;
  scoreCount = 0;
  scoreSum = 0;
  readonly latency = new Uint32Array(LATENCY_BUCKETS);
  readonly counts: WindowCounts;

  constructor(layout: FeatureLayout) {
    this.counts = new WindowCounts(layout);
  }

  addLatency(ms: number): void {
    this.latency[latencyBucket(ms)]! += 1;
  }

  addScore(score: number): void {
    this.scoreCount += 1;
    this.scoreSum += score;
  }

  merge(other: Tally): this {
    this.n += other.n;
    this.errors += other.errors;
    this.scoreCount += other.scoreCount;
    this.scoreSum += other.scoreSum;
    for (let i = 0; i < this.latency.length; i += 1) this.latency[i]! += other.latency[i]!;
    this.counts.merge(other.counts);
    return this;
  }

  /** Empties it for reuse. */
  clear(): void {
    this.n = 0;
    this.errors = 0;
    this.scoreCount = 0;
    this.scoreSum = 0;
    this.latency.fill(0);
    this.counts.clear();
  }
}
