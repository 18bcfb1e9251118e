/** Start of the window that a time belongs to: windows are aligned to 1970 in UTC. Milliseconds. */
export function windowStart(timeMs: number, windowMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs;
}

export interface WindowTiming {
  readonly windowMs: number;
  readonly latenessMs: number;
  readonly horizonMs: number;
}

export type Arrival = 'in-time' | 'late' | 'beyond-horizon';

/**
 * Where a row stands against the newest event time its own partition has shown for the monitor. It depends on the
 * order of one partition alone, so a crash or another batching never changes it.
 */
export function arrivalOf(startMs: number, watermarkMs: number, timing: WindowTiming): Arrival {
  const behind = watermarkMs - (startMs + timing.windowMs);
  if (behind < timing.latenessMs) return 'in-time';
  return behind < timing.horizonMs ? 'late' : 'beyond-horizon';
}
