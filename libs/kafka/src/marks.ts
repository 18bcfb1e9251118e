import type { ConsumerEndBatchProcessEvent } from 'kafkajs';

/** Offsets of a partition that hold nothing but marks of transactions and what was given up: from the first to the last. */
export interface Marks {
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly highWatermark: string;
}

/** What kafkajs passes over by itself, telling only its instrumentation; undefined for a batch that was handed out. */
export function marksOf({ payload }: ConsumerEndBatchProcessEvent): Marks | undefined {
  const { topic, partition, batchSize, highWatermark, lastOffset } = payload;
  // Its types know no null; what was all before the position has no first.
  const firstOffset = payload.firstOffset as string | null;
  if (batchSize > 0 || firstOffset === null) return undefined;
  return { topic, partition, first: BigInt(firstOffset), last: BigInt(lastOffset), highWatermark };
}

/**
 * Knows of each partition where reading goes on, to tell marks that are next from marks that were fetched before a seek:
 * kafkajs says of records whether they are stale, of marks it does not.
 */
export class Places {
  private readonly next = new Map<string, bigint>();
  private readonly doubted = new Map<string, bigint>();

  /** Reading goes on here: after a seek, or behind what was handled. */
  set(topic: string, partition: number, next: bigint): void {
    this.next.set(keyOf(topic, partition), next);
  }

  /**
   * Undefined when marks are next. Otherwise where to read again: if the same marks come from there, nothing lies between
   * and they are next after all.
   */
  doubt({ topic, partition, first }: Marks): bigint | undefined {
    const key = keyOf(topic, partition);
    const next = this.next.get(key);
    if (next === undefined || first <= next || this.doubted.get(key) === first) {
      this.doubted.delete(key);
      return undefined;
    }
    this.doubted.set(key, first);
    return next;
  }

  /** After a rebalance. */
  clear(): void {
    this.next.clear();
    this.doubted.clear();
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
