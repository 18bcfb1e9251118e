import type { FeatureFinding } from '@drawbridge/contracts';

/** One closed window of one arm, as monitoring announced it the first time. */
export interface ArmWindow {
  readonly windowId: string;
  readonly monitorId: string;
  readonly version: string;
  readonly start: string;
  readonly end: string;
  readonly n: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly verdict: 'quiet' | 'alarming' | 'insufficient' | 'unjudged';
  readonly features: readonly FeatureFinding[];
  readonly eventId: string;
  readonly chainId: string;
}

/** Both arms over the same period of event time. */
export interface WindowPair {
  readonly candidate: ArmWindow;
  readonly stable: ArmWindow;
}

/** Pairs the windows of two arms that cover the same period, oldest first. A period without its partner waits. */
export function pairWindows(candidate: readonly ArmWindow[], stable: readonly ArmWindow[]): WindowPair[] {
  const byPeriod = new Map(stable.map((window) => [`${window.start}/${window.end}`, window]));
  const pairs: WindowPair[] = [];
  for (const window of candidate) {
    const partner = byPeriod.get(`${window.start}/${window.end}`);
    if (partner !== undefined) pairs.push({ candidate: window, stable: partner });
  }
  return pairs.sort((a, b) => a.candidate.start.localeCompare(b.candidate.start));
}
