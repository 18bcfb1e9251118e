/** What is known about the arrivals of one monitor. Times are milliseconds. */
export interface Arrivals {
  /** Wall time at which its newest row was stored. */
  readonly seenMs: number;
  /** Event time of its newest row. */
  readonly eventMs: number;
  /** Rows of recent closed windows that had any. */
  readonly recentRows: readonly number[];
  readonly windowSeconds: number;
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
 */
export function silenceOf(arrivals: Arrivals, nowMs: number, leastMs: number): Silence {
  const rows = [...arrivals.recentRows].sort((a, b) => a - b);
  const median = rows[Math.floor((rows.length - 1) / 2)];
  if (median === undefined || median <= 0) return { stalled: false, expectedEverySeconds: undefined };
  const everySeconds = arrivals.windowSeconds / median;
  const live = arrivals.seenMs - arrivals.eventMs <= LIVE_MS;
  const silentMs = nowMs - arrivals.seenMs;
  return { stalled: live && silentMs > Math.max(leastMs, GAPS * everySeconds * 1000), expectedEverySeconds: everySeconds };
}
