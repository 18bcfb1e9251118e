import type { Freshness } from '@drawbridge/contracts';

/** Where one partition begins and ended at some moment, and where its stored position stands. */
export interface PartitionReach {
  readonly topic: string;
  readonly partition: number;
  /** The oldest offset that is still there. */
  readonly low: number;
  readonly high: number;
  /** The next offset to be stored; what was never read stands at the oldest. */
  readonly next: number;
  /** Everything that was there at this time is stored. */
  readonly asOfMs: number;
}

/** The end of a partition at a moment. */
interface SeenEnd {
  readonly atMs: number;
  readonly end: number;
}

/** Ends that are remembered while a partition lags; every second one is forgotten beyond that. */
const MOST_ENDS = 128;

/**
 * Turns ends that were seen into the time up to which a partition is stored: the newest moment whose end the position
 * has reached. Forgetting an end makes the answer older, never newer than the truth.
 */
export class EndHistory {
  private ends: SeenEnd[] = [];

  constructor(private reachedMs: number) {}

  seen(end: number, atMs: number): void {
    this.ends.push({ atMs, end });
    if (this.ends.length > MOST_ENDS) this.ends = this.ends.filter((_, index) => index % 2 === 1 || index === this.ends.length - 1);
  }

  /** What another process found holds here too. */
  learn(asOfMs: number): void {
    this.reachedMs = Math.max(this.reachedMs, asOfMs);
  }

  asOf(next: number): number {
    const ahead = this.ends.findIndex(({ end }) => end > next);
    const reached = ahead === -1 ? this.ends : this.ends.slice(0, ahead);
    const newest = reached.at(-1);
    if (newest !== undefined) {
      this.reachedMs = Math.max(this.reachedMs, newest.atMs);
      this.ends = this.ends.slice(reached.length);
    }
    return this.reachedMs;
  }
}

/** Records of a partition that are not stored yet. */
export function lagOf({ high, next }: PartitionReach): number {
  return Math.max(0, high - next);
}

/** One word for all partitions: as old as the oldest of them. */
export function freshnessOf(reaches: readonly PartitionReach[], nowMs: number): Freshness {
  const asOfMs = Math.min(nowMs, ...reaches.map((reach) => reach.asOfMs));
  const projectedOffset: Record<string, number[]> = {};
  for (const { topic, next } of reaches.toSorted((a, b) => a.partition - b.partition)) (projectedOffset[topic] ??= []).push(next);
  return {
    asOf: new Date(asOfMs).toISOString(),
    projectedOffset,
    lag: reaches.reduce((sum, reach) => sum + lagOf(reach), 0),
    lagMs: nowMs - asOfMs,
  };
}
