import type { Logger } from '@drawbridge/telemetry';
import { intakeMetrics } from './intake.metrics.js';

/** Failing for longer than this is no hiccup: somebody has to look. */
const PATIENCE_MS = 30_000;
/** Told again after this time. */
const REMINDER_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

interface Setback {
  readonly sinceMs: number;
  count: number;
  toldMs: number;
  reason: string;
}

export interface WriteHealth {
  readonly ok: boolean;
  readonly detail: string;
}

/** Partitions whose records cannot be stored, and since when. Reading them goes on by itself; this is for those who watch. */
export class Setbacks {
  private readonly known = new Map<number, Setback>();

  constructor(
    private readonly topic: string,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {}

  add(partition: number, error: unknown): void {
    const now = this.now();
    const reason = error instanceof Error ? error.message : String(error);
    const setback = this.known.get(partition) ?? { sinceMs: now, count: 0, toldMs: -Infinity, reason };
    setback.count += 1;
    setback.reason = reason;
    this.known.set(partition, setback);
    this.measure();
    const failingMs = now - setback.sinceMs;
    if (failingMs < PATIENCE_MS || now - setback.toldMs < REMINDER_MS) return;
    setback.toldMs = now;
    this.log.error('records of a partition cannot be stored, no record of it is lost, reading does not go on', {
      topic: this.topic,
      partition,
      seconds: Math.round(failingMs / 1000),
      attempts: setback.count,
      fix: 'mend what the error says about the database; reading goes on by itself',
      error,
    });
  }

  /** Something was stored, or the partition is somebody else's. */
  over(partition: number): void {
    if (this.known.delete(partition)) this.measure();
  }

  /** How long to wait before the next attempt; 0 when the last one went well. */
  pauseMs(partition: number): number {
    const count = this.known.get(partition)?.count ?? 0;
    return count === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(count - 1, 10));
  }

  /** Not ok while a partition has been failing for too long. */
  health(): WriteHealth {
    this.measure();
    const now = this.now();
    const long = [...this.known].filter(([, { sinceMs }]) => now - sinceMs >= PATIENCE_MS);
    if (long.length === 0) return { ok: true, detail: this.known.size === 0 ? 'everything is stored' : 'trying again' };
    const [partition, { sinceMs, reason }] = long[0]!;
    const seconds = Math.round((now - sinceMs) / 1000);
    return { ok: false, detail: `${this.topic}/${partition} could not be stored for ${seconds} s: ${reason}` };
  }

  private measure(): void {
    const now = this.now();
    const longest = Math.max(0, ...[...this.known.values()].map(({ sinceMs }) => now - sinceMs));
    intakeMetrics.failingSeconds.set({ topic: this.topic }, longest / 1000);
  }
}
