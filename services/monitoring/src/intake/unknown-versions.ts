/**
 * Decides how long a prediction of an unknown version waits for its monitor. The monitor comes from another topic, so
 * it may be a moment behind; when that topic has been read to its end, or time is up, the version is simply unknown.
 */
export interface UnknownVersionsOptions {
  /** Longest wait for one version. 0 never waits. */
  readonly waitMs: number;
  readonly pollMs: number;
  /** True when everything that could create a monitor has been handled. */
  readonly controlCaughtUp: () => Promise<boolean>;
  /** Reads the monitors again. */
  readonly refresh: () => Promise<void>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Versions remembered as unknown. */
const MOST_SETTLED = 10_000;
/** So that a flood of invented versions cannot stop the line: this many questions in ten seconds, then none. */
const QUESTIONS = 20;
const QUESTION_SPAN_MS = 10_000;
/** After a wait that ended by its time limit. */
const PAUSE_MS = 60_000;

export class UnknownVersions {
  private readonly settled = new Set<string>();
  private readonly asked: number[] = [];
  private pausedUntilMs = 0;

  constructor(private readonly options: UnknownVersionsOptions) {}

  /** May this version still turn out to be known? */
  mayAppear(key: string): boolean {
    const now = this.options.now();
    return this.options.waitMs > 0 && now >= this.pausedUntilMs && !this.settled.has(key) && !this.flooded(now);
  }

  /** Waits until `isKnown` or the version is settled as unknown. Never rejects. Milliseconds waited. */
  async wait(key: string, isKnown: () => boolean, isRunning: () => boolean): Promise<number> {
    const { now, sleep, pollMs, waitMs, controlCaughtUp, refresh } = this.options;
    const begun = now();
    this.asked.push(begun);
    for (;;) {
      const complete = await controlCaughtUp().catch(() => false);
      await refresh().catch(() => undefined);
      if (isKnown()) return now() - begun;
      if (complete || !isRunning()) break;
      if (now() - begun >= waitMs) {
        this.pausedUntilMs = now() + PAUSE_MS;
        break;
      }
      await sleep(pollMs);
    }
    if (this.settled.size >= MOST_SETTLED) this.settled.clear();
    this.settled.add(key);
    return now() - begun;
  }

  private flooded(now: number): boolean {
    while (this.asked.length > 0 && this.asked[0]! < now - QUESTION_SPAN_MS) this.asked.shift();
    return this.asked.length >= QUESTIONS;
  }
}
