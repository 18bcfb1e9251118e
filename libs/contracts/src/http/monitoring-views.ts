/** Answers of monitoring. Times are RFC 3339 in UTC. */
import type { Exemplar, FeatureFinding, MonitorSettings, SegmentFinding, Severity, Variant, WindowCounts } from '../schema-parts.js';

/**
 * How far an answer of monitoring reaches: part of everything that is read from it. True whichever of several processes
 * answers, since it comes from the positions that are stored with the counts.
 */
export interface Freshness {
  /** Every record that was in the topics then is stored; 1970 when they were never read to their end. */
  asOf: string;
  /** The next offset to be stored, by topic and partition. */
  projectedOffset: Record<string, number[]>;
  /** Records between there and the ends of the topics. */
  lag: number;
  /** Milliseconds from `asOf` to the answer. */
  lagMs: number;
}

/** A read of monitoring. */
export type Fresh<T> = T & Freshness;

export interface MonitorView {
  id: string;
  project?: string;
  endpoint: string;
  /** The newest deployment that put the version on the endpoint. */
  deploymentId?: string;
  model: string;
  version: string;
  variant: Variant;
  /** Percent of the endpoint's traffic, once known. */
  weight?: number;
  status: 'active' | 'stalled' | 'closed';
  monitorVersion: number;
  settings: Required<MonitorSettings>;
  features: { name: string; kind: string; calendar?: string }[];
  baseline?: { id: string; n: number; sha256: string };
  alarm?: { detectionId: string; since: string; features: string[] };
  lastEventAt?: string;
  createdAt: string;
}

export interface WindowView {
  id: string;
  monitorId: string;
  window: WindowCounts;
  status: 'open' | 'closed';
  verdict: 'quiet' | 'alarming' | 'insufficient' | 'unjudged';
  features: FeatureFinding[];
  skipped: { feature: string; reason: string }[];
  quality: { feature: string; missing: number; invalid: number; unseen: number; outOfRange: number }[];
  /** Limits of what the verdict promises, in sentences. */
  notes?: string[];
  errors: number;
  latency: { p50Ms: number; p95Ms: number; p99Ms: number; n: number } | null;
  prediction: { mean: number; n: number } | null;
  /** By the keys the monitor declares, furthest from the baseline first; of a single closed window only. */
  segments?: SegmentFinding[];
}

/** Reference and current shares of one feature on the same cells; sixteen reporting bins or the categories. */
export interface DistributionView {
  feature: string;
  kind: string;
  n: { reference: number; window: number };
  cells: { label: string; reference: number; window: number }[];
  distances: Record<string, number>;
}

/** What a detection knew when it was made; never changes. */
export interface DetectionView {
  id: string;
  monitorId: string;
  endpoint: string;
  model: string;
  version: string;
  variant: Variant;
  openedAt: string;
  resolvedAt?: string;
  windowId: string;
  window: WindowCounts;
  severity: Severity;
  features: FeatureFinding[];
  distributions: DistributionView[];
  exemplars: Exemplar[];
  eventId: string;
  traceId?: string;
}

export interface PerformanceView {
  windowId: string;
  start: string;
  end: string;
  revision: number;
  labelled: number;
  ofN: number;
  coverage: number;
  /** Labelled rows that the figures leave out, such as one without a score; absent when there are none. */
  unmeasured?: number;
  metrics: { metric: string; value: number | null; interval?: [number, number] }[];
  calibration?: { meanScore: number; observed: number; n: number }[];
}

/** Effects of every feature in every window: what a heat map shows. */
export interface DriftMatrixView {
  monitorId: string;
  /** As `key:value`, when it is of its rows only: then nothing alarms, and `n` is its own; the verdict stays that of the window. */
  segment?: string;
  /** In time order. */
  windows: { id: string; start: string; end: string; n: number; verdict: string }[];
  /** One value per window; null where the feature was not tested. */
  features: { feature: string; values: ({ effect: number; alarming: boolean; words?: string } | null)[] }[];
}

/** One prediction as it was counted, with its label when one came. */
export interface PredictionView {
  predictionId: string;
  project: string;
  time: string;
  monitorId: string;
  windowId: string;
  windowStart: string;
  endpoint: string;
  model: string;
  version: string;
  features: Record<string, unknown> | null;
  output: { score?: number; value?: string };
  status: 'ok' | 'error';
  latencyMs?: number;
  traceId?: string;
  label?: { value: string; revision: number; observedAt: string; retracted: boolean };
}

export interface RowCounts {
  consumed: number;
  counted: number;
  deduplicated: number;
  beyondHorizon: number;
  unrouted: number;
  deadLettered: number;
}

/** Rows of a monitor's stream, or of all, from the first to now: consumed is the sum of all the others. */
export interface AccountingView extends RowCounts {
  /** Reading stands at `next`; absent for a single monitor. */
  partitions?: (RowCounts & { topic: string; partition: number; next?: string })[];
  /** Versions that no monitor watches, with their rows; beyond a thousand names one row without names. Absent for a single monitor. */
  unroutedModels?: { project: string; model: string; version: string; rows: number; lastSeen: string }[];
}
