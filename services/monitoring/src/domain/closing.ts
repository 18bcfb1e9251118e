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

/** Which of the open windows are complete, earliest first. */
export function completeWindows(openStartsMs: readonly number[], progress: readonly Progress[], rule: ClosingRule): number[] {
  const watermark = watermarkOf(progress, rule);
  return openStartsMs.filter((start) => start + rule.windowMs + rule.latenessMs <= watermark).sort((a, b) => a - b);
}
