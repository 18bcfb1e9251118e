import type { CompleteSettings } from '@drawbridge/contracts';

/** How far one partition got with one monitor. Times are milliseconds. */
export interface Progress {
  readonly partition: number;
  /** Newest event time of the monitor's rows; undefined before the first. */
  readonly watermarkMs: number | undefined;
  /** Wall time at which the monitor's newest row of the partition was stored; the monitor's creation before the first. */
  readonly lastRowWallMs: number;
  /** Latest wall time at which the partition was seen read to its end; undefined when it never was. */
  readonly caughtUpWallMs: number | undefined;
}

export interface ClosingRule {
  readonly windowMs: number;
  readonly latenessMs: number;
  readonly idleMs: number;
}

export function ruleOf(settings: Pick<CompleteSettings, 'windowSeconds' | 'latenessSeconds' | 'idleSeconds'>): ClosingRule {
  return {
    windowMs: settings.windowSeconds * 1000,
    latenessMs: settings.latenessSeconds * 1000,
    idleMs: settings.idleSeconds * 1000,
  };
}

/**
 * A partition holds windows open until its watermark passed their end by the lateness. One that was read to its end
 * at least `idleMs` after its last row of the monitor holds nothing.
 */
export function isIdle(progress: Progress, rule: ClosingRule): boolean {
  return progress.caughtUpWallMs !== undefined && progress.caughtUpWallMs - progress.lastRowWallMs >= rule.idleMs;
}

/** Event time up to which every partition has passed; Infinity when all are idle, -Infinity without partitions. */
export function watermarkOf(progress: readonly Progress[], rule: ClosingRule): number {
  let least = progress.length === 0 ? -Infinity : Infinity;
  for (const one of progress) {
    if (!isIdle(one, rule)) least = Math.min(least, one.watermarkMs ?? -Infinity);
  }
  return least;
}

export interface OpenWindow {
  readonly startMs: number;
  /** Wall time at which it was first found complete but for partitions that seemed idle. */
  readonly ripeMs: number | undefined;
}

export interface Closable {
  /** Complete, earliest first. */
  readonly close: readonly number[];
  /** Complete if the idle partitions are idle still, which must be seen once more before it counts. */
  readonly ripe: readonly number[];
}

/**
 * Which open windows are complete. When a silent stream wakes up, its partitions are read one after the other, and one
 * that was idle a moment ago may hold unread rows: so an idle partition must have been seen at its end again after the
 * others had passed the window.
 */
export function closable(open: readonly OpenWindow[], progress: readonly Progress[], rule: ClosingRule): Closable {
  const watermark = watermarkOf(progress, rule);
  const close: number[] = [];
  const ripe: number[] = [];
  for (const { startMs, ripeMs } of [...open].sort((a, b) => a.startMs - b.startMs)) {
    const passed = startMs + rule.windowMs + rule.latenessMs;
    if (passed > watermark) continue;
    const trusted = progress.filter((one) => (one.watermarkMs ?? -Infinity) < passed);
    if (trusted.every(({ caughtUpWallMs = -Infinity }) => ripeMs !== undefined && caughtUpWallMs >= ripeMs)) close.push(startMs);
    else if (ripeMs === undefined) ripe.push(startMs);
  }
  return { close, ripe };
}
