const BUCKETS_PER_DOUBLING = 8;
const LEAST_MS = 0.05;
const DOUBLINGS = 22;

/** Buckets of a latency histogram: one for everything below 0.05 ms, then eight per doubling up to about 200 s. */
export const LATENCY_BUCKETS = DOUBLINGS * BUCKETS_PER_DOUBLING + 1;

export interface LatencySummary {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly n: number;
}

export function latencyBucket(ms: number): number {
  if (!(ms > LEAST_MS)) return 0;
  const bucket = Math.floor(Math.log2(ms / LEAST_MS) * BUCKETS_PER_DOUBLING) + 1;
  return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

/** Quantiles from bucket counts, off by at most half a bucket (4.5 %); null without rows. */
export function summarizeLatency(counts: Uint32Array): LatencySummary | null {
  let n = 0;
  for (const count of counts) n += count;
  if (n === 0) return null;
  return { p50Ms: quantile(counts, n, 0.5), p95Ms: quantile(counts, n, 0.95), p99Ms: quantile(counts, n, 0.99), n };
}

function quantile(counts: Uint32Array, n: number, share: number): number {
  const rank = Math.max(1, Math.ceil(n * share));
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    seen += counts[bucket]!;
    if (seen >= rank) return middleOf(bucket);
  }
  return middleOf(counts.length - 1);
}

function middleOf(bucket: number): number {
  if (bucket === 0) return LEAST_MS;
  return Number((LEAST_MS * 2 ** ((bucket - 0.5) / BUCKETS_PER_DOUBLING)).toPrecision(4));
}
