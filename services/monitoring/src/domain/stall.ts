/** What is known about the arrivals of one monitor. Times are milliseconds of wall time unless said otherwise. */
export interface Arrivals {
  /** Its newest row; undefined before the first. */
  readonly newest: { readonly storedMs: number; readonly eventMs: number } | undefined;
  /** Since when it has traffic; undefined without, or before the first word about it. */
  readonly trafficSinceMs: number | undefined;
  /** Rows of recent closed windows that had any. */
  readonly recentRows: readonly number[];
  readonly windowSeconds: number;
  readonly latenessSeconds: number;
}

/** Rows whose event time lies further back than this are a replay of the past, whose end means nothing. */
const LIVE_MS = 15 * 60_000;
/** So many mean gaps without a row are silence. */
const GAPS = 20;

export interface Silence {
  readonly stalled: boolean;
  /** Seconds between two rows in ordinary windows; undefined before a window closed. */
  readonly expectedEverySeconds: number | undefined;
}

/**
 * A monitor is stalled when its live stream has been silent for twenty times the usual gap between rows, and never
 * before `leastMs`. Live means that the newest row was new when it came: a replayed past that has ended is no stall.
 * One that never saw a row is stalled when it has had traffic for as long as its first window takes to close.
 */
export function silenceOf(arrivals: Arrivals, nowMs: number, leastMs: number): Silence {
  const { newest, trafficSinceMs, windowSeconds, latenessSeconds } = arrivals;
  if (newest === undefined) {
    const patienceMs = Math.max(leastMs, (windowSeconds + latenessSeconds) * 1000);
    return { stalled: trafficSinceMs !== undefined && nowMs - trafficSinceMs > patienceMs, expectedEverySeconds: undefined };
  }
  const rows = [...arrivals.recentRows].sort((a, b) => a - b);
  const median = rows[Math.floor((rows.length - 1) / 2)];
  if (median === undefined || median <= 0) return { stalled: false, expectedEverySeconds: undefined };
  const everySeconds = windowSeconds / median;
  const live = newest.storedMs - newest.eventMs <= LIVE_MS;
  // Nobody misses rows from the time in which it had no traffic.
  const silentMs = nowMs - Math.max(newest.storedMs, trafficSinceMs ?? -Infinity);
  return { stalled: live && silentMs > Math.max(leastMs, GAPS * everySeconds * 1000), expectedEverySeconds: everySeconds };
}
