import type { Variant } from '@drawbridge/contracts';
import type { MonitorStatus } from './monitor.js';

export interface TrafficState {
  readonly version: string;
  readonly status: MonitorStatus;
  /** Event time of the last fact about its traffic, and of its end. */
  readonly trafficAt: Date;
  readonly closedAt: Date | null;
  readonly variant: Variant;
}

export interface Share {
  readonly version: string;
  readonly weight: number;
  readonly variant: Variant;
}

export interface TrafficChange {
  readonly variant: Variant;
  readonly weight: number;
  /** A version whose deployment had ended gets traffic again. */
  readonly reopen: boolean;
}

/**
 * What a change of shares means for one monitor of the endpoint; undefined when nothing. Topics may overtake each
 * other, so a fact older than the last one says nothing.
 */
export function trafficChange(monitor: TrafficState, shares: readonly Share[], validFrom: Date): TrafficChange | undefined {
  if (validFrom < monitor.trafficAt) return undefined;
  const share = shares.find(({ version }) => version === monitor.version);
  if (share === undefined) return { variant: monitor.variant, weight: 0, reopen: false };
  const reopen = monitor.status === 'closed' && share.weight > 0 && (monitor.closedAt === null || validFrom > monitor.closedAt);
  return { variant: share.variant, weight: share.weight, reopen };
}
