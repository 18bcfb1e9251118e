import type { RecordBatch } from '@drawbridge/kafka';
import type { PartitionState } from './partition-state.js';

/** Where the truth about the position lies. */
export type CommitStrategy =
  /** In Postgres, moved by compare-and-swap in the transaction of the counts. */
  | 'swap'
  /** In Kafka, committed after the database transaction: the usual way, kept as the failing control of fault tests. */
  | 'after';

export type Fit = { readonly kind: 'read'; readonly from: number } | { readonly kind: 'seek' } | { readonly kind: 'hole' };

/** A batch at the wrong place is asked for again this often, and this long, before the hole is believed. */
const MISSES = 3;
const MISS_MS = 500;

/**
 * Does a batch continue where this partition stands? What was read before is trimmed. A batch that begins too late
 * either was fetched before a seek, so it is asked for again, or the records between are gone from the topic.
 */
export function fit(state: PartitionState, batch: RecordBatch, nowMs: number): Fit {
  if (batch.firstOffset <= state.next) {
    state.misses.count = 0;
    return { kind: 'read', from: indexOf(batch, state.next) };
  }
  // In steady reading a hole is the end marker of a transaction, or records that are gone.
  if (state.steady) return { kind: 'hole' };
  const { misses } = state;
  if (misses.count === 0 || misses.firstOffset !== batch.firstOffset) {
    state.misses = { firstOffset: batch.firstOffset, count: 1, sinceMs: nowMs };
    return { kind: 'seek' };
  }
  misses.count += 1;
  if (misses.count < MISSES || nowMs - misses.sinceMs < MISS_MS) return { kind: 'seek' };
  misses.count = 0;
  return { kind: 'hole' };
}

/** Index of the first record at or after an offset. */
function indexOf(batch: RecordBatch, offset: bigint): number {
  if (batch.firstOffset >= offset) return 0;
  let low = 0;
  let high = batch.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (batch.offset(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
