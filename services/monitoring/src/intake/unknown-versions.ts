/**
 * Decides how long a prediction of an unknown version waits for its monitor. The monitor comes from another topic, so
 * it may be a moment behind; when that topic has been read to its end, or time is up, the version is simply unknown.
 *
 * A version that is deployed before its predictions are sent is told from invented ones by this alone: one look at the
 * other topic, begun after a batch was read, answers for all versions in it. So a flood of invented versions costs a look
 * per batch and takes nothing from a new one.
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
/** Between two looks, of all partitions together: a flood in small batches waits, and its batches grow meanwhile. */
const LOOK_GAP_MS = 100;
/** After a wait that ended by its time limit. */
const PAUSE_MS = 60_000;

export class UnknownVersions {
  private readonly settled = new Set<string>();
  private pausedUntilMs = 0;
  private lookedMs = -Infinity;
  /** What was read before this and has no monitor is of a version that nobody had deployed. */
  private answeredMs = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(private readonly options: UnknownVersionsOptions) {}

  /** May this version, in a batch that was read then, still turn out to be known? */
  mayAppear(key: string, readMs: number): boolean {
    const { waitMs, now } = this.options;
    return waitMs > 0 && readMs > this.answeredMs && !this.settled.has(key) && now() >= this.pausedUntilMs;
  }

  /** Waits until `isKnown`, the version is settled as unknown, or the work is over. Never rejects. Milliseconds waited. */
  async wait(key: string, readMs: number, isKnown: () => boolean, isRunning: () => boolean): Promise<number> {
    const { now, sleep, pollMs, waitMs } = this.options;
    const begun = now();
    for (;;) {
      await this.look();
      if (isKnown()) return now() - begun;
      if (this.answeredMs >= readMs) break;
      // Cut off: nothing was found out about this version.
      if (!isRunning()) return now() - begun;
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

  /** Shared by all who wait: one that began before what the caller read answers nothing for him, and he looks again. */
  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { now, sleep, controlCaughtUp, refresh } = this.options;
    const early = this.lookedMs + LOOK_GAP_MS - now();
    if (early > 0) await sleep(early);
    const begun = now();
    this.lookedMs = begun;
    const complete = await controlCaughtUp().catch(() => false);
    // Monitors that could not be read say nothing about who is missing among them.
    const fresh = await refresh().then(
      () => true,
      () => false,
    );
    if (complete && fresh) this.answeredMs = begun;
  }
}
