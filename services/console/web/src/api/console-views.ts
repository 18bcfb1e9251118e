/** Answers of the console itself, as the page reads them. */
import type { EventView } from '@drawbridge/contracts';

export interface StoredEvent extends EventView {
  readonly position: number;
}

export interface AttentionItem {
  readonly level: 'bad' | 'watch' | 'waiting' | 'unknown';
  readonly title: string;
  readonly detail: string;
  readonly since: string;
  readonly link: string;
}

export interface MonitorSummary {
  readonly monitorId: string;
  readonly endpoint: string;
  readonly model: string;
  readonly version: string;
  readonly variant: string;
  readonly alarm?: {
    readonly since: string;
    readonly features: readonly string[];
    readonly severity: string;
    readonly words: string;
  } | null;
  readonly stalled?: { readonly since: string; readonly reason: string } | null;
  readonly lastWindow?: { readonly n: number; readonly verdict: string; readonly p95Ms: number | null; readonly start: string };
  readonly performance?: {
    readonly start: string;
    readonly coverage: number;
    readonly metrics: readonly { metric: string; value: number | null }[];
  };
}

export interface FleetRow {
  readonly endpoint: string;
  readonly environment: string;
  readonly model: string;
  readonly targets: readonly { version: string; weight: number; variant: string; deploymentId: string }[];
  readonly rollout: { deploymentId: string; status: string; step: number; steps: number } | null;
  readonly monitors: readonly MonitorSummary[];
  readonly traffic: readonly number[];
}

export interface OverviewView {
  readonly attention: readonly AttentionItem[];
  readonly fleet: readonly FleetRow[];
  readonly changes: readonly StoredEvent[];
  readonly asOf: string;
}

export interface PlatformView {
  readonly services: readonly { service: string; ready: boolean; detail: unknown; tookMs: number }[];
  readonly asOf: string;
  readonly tracesUrl: string | null;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface TraceView {
  readonly traceId: string;
  readonly spans: readonly Span[];
  readonly events: readonly StoredEvent[];
}

export interface TraceSummary {
  readonly traceId: string;
  readonly root: string;
  readonly services: readonly string[];
  readonly spans: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface EventPageView {
  readonly event: StoredEvent;
  /** Causes up to the first one, and the nearest consequences, oldest first. */
  readonly relatives: readonly StoredEvent[];
  readonly chainLength: number;
}
