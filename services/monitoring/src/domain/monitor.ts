import type { CompleteSettings, Severity, Variant } from '@drawbridge/contracts';

export type MonitorStatus = 'active' | 'stalled' | 'closed';

/** One monitor watches one version of one model on one endpoint. */
export interface Monitor {
  readonly id: string;
  readonly project: string;
  readonly endpoint: string;
  readonly endpointId: string;
  readonly environment: string;
  readonly model: string;
  readonly modelId: string;
  readonly version: string;
  readonly variant: Variant;
  /** Percent of the endpoint's traffic; null before the first word about it. */
  readonly weight: number | null;
  readonly status: MonitorStatus;
  /** Rises with every change of the settings. */
  readonly monitorVersion: number;
  readonly settings: CompleteSettings;
  /** The newest deployment, and every one that put this version on this endpoint. */
  readonly deploymentId: string;
  readonly deploymentIds: readonly string[];
  /** The event that created it, and the chain that one belongs to. */
  readonly cause: { readonly id: string; readonly chainId: string; readonly originTraceparent?: string | undefined };
  readonly baselineSha256: string | null;
  readonly alarm: Alarm;
  readonly createdAt: Date;
}

/** Where the alarm of a monitor stands. */
export type Alarm =
  | { readonly state: 'quiet' }
  | {
      readonly state: 'open';
      readonly detectionId: string;
      /** Start of the window that opened it, RFC 3339. */
      readonly since: string;
      readonly sinceWindowId: string;
      readonly severity: Severity;
      readonly features: readonly string[];
      readonly escalated: boolean;
      /** Alarming windows so far, in a row. */
      readonly consecutive: number;
      /** Quiet judged windows since the last alarming one. */
      readonly quiet: number;
      /** End of the newest window that moved this state, RFC 3339. */
      readonly upTo: string;
    };
