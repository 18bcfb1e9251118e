/** A token bucket per caller. Pure but for the clock, which is an argument. */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    /** Callers beyond this many: the ones silent longest are forgotten, which refills their bucket. */
    private readonly capacity = 10_000,
  ) {}

  /** Takes one token; otherwise says in how many whole seconds there will be one. A rate of 0 limits nothing. */
  take(caller: string, nowMs: number): { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number } {
    if (this.perSecond === 0) return { ok: true };
    const bucket = this.buckets.get(caller) ?? { tokens: this.burst, at: nowMs };
    const tokens = Math.min(this.burst, bucket.tokens + (Math.max(0, nowMs - bucket.at) / 1000) * this.perSecond);
    // Re-inserted, so that the map's order is the order of last use.
    this.buckets.delete(caller);
    this.buckets.set(caller, { tokens: tokens < 1 ? tokens : tokens - 1, at: nowMs });
    this.forget();
    if (tokens >= 1) return { ok: true };
    return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / this.perSecond)) };
  }

  private forget(): void {
    while (this.buckets.size > this.capacity) {
      const [oldest] = this.buckets.keys();
      if (oldest === undefined) return;
      this.buckets.delete(oldest);
    }
  }
}
