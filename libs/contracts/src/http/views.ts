/** Shapes of the REST answers, shared by services, console and CLI. Times are RFC 3339 in UTC. */
import type {
  Actor,
  ArtifactRef,
  ContentRef,
  Exemplar,
  FeatureFinding,
  GuardCheck,
  GuardVerdict,
  MonitorSettings,
  RolloutStrategy,
  Severity,
  Signature,
  Variant,
  WindowCounts,
} from '../schema-parts.js';

/** A page of a list. `nextPageToken` is absent on the last one. */
export interface Page<T> {
  items: T[];
  nextPageToken?: string;
  /** When the answer was true. */
  asOf: string;
}

/** application/problem+json */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { field: string; message: string }[];
  why?: string;
  fix?: string;
  requestId: string;
  traceId?: string;
  retryable: boolean;
}

// ---- registry -------------------------------------------------------------------------------------------------

export interface ModelView {
  id: string;
  project: string;
  name: string;
  owner: string;
  description: string;
  riskClass: 'low' | 'medium' | 'high';
  tags: Record<string, string>;
  aliases: Record<string, string>;
  versionCount: number;
  latestVersion?: string;
  createdAt: string;
  updatedAt: string;
}

export interface DatasetRef {
  name: string;
  digest: string;
  rows?: number;
  role?: string;
}

export interface VersionView {
  id: string;
  model: string;
  modelId: string;
  version: string;
  artifact: ArtifactRef;
  signature: Signature;
  flavour: string;
  author: Actor;
  metrics: Record<string, number>;
  parameters: Record<string, string>;
  datasets: DatasetRef[];
  tags: Record<string, string>;
  aliases: string[];
  runId?: string;
  runUrl?: string;
  gitCommit?: string;
  gitUrl?: string;
  baselineRef?: ContentRef;
  description?: string;
  createdAt: string;
  /** Trace of the request that registered it. */
  traceId?: string;
}

export interface LineageView {
  model: string;
  version: string;
  datasets: DatasetRef[];
  run?: { id: string; url?: string };
  git?: { commit: string; url?: string };
  artifact: ArtifactRef;
  baseline?: ContentRef;
  deployments: { deploymentId: string; endpoint: string; status: string; at: string }[];
}

/** Body of POST /api/v1/models/{model}/versions. The artifact is uploaded before (POST /api/v1/artifacts). */
export interface RegisterVersion {
  version?: string;
  artifact: { sha256: string; format: string };
  signature: Signature;
  flavour?: string;
  description?: string;
  metrics?: Record<string, number>;
  parameters?: Record<string, string>;
  datasets?: DatasetRef[];
  tags?: Record<string, string>;
  runId?: string;
  runUrl?: string;
  gitCommit?: string;
  gitUrl?: string;
  /** Digest answered by POST /api/v1/baselines. */
  baseline?: { sha256: string };
}

// ---- governance -----------------------------------------------------------------------------------------------

export interface RuleResult {
  id: string;
  result: 'pass' | 'fail' | 'error' | 'needs-approval';
  why: string;
  missingEvidence?: string[];
}

export interface DecisionView {
  id: string;
  action: 'version.register' | 'deployment.request';
  model: string;
  version: string;
  environment: string;
  deploymentId?: string;
  verdict: 'allow' | 'deny' | 'needs-approval';
  rules: RuleResult[];
  policy: { policyId: string; name: string; version: number; digest: string };
  approvalId?: string;
  at: string;
  traceId?: string;
}

export interface ApprovalView {
  id: string;
  model: string;
  modelId: string;
  version: string;
  environment: string;
  status: 'pending' | 'approved' | 'rejected' | 'expired' | 'voided';
  reason?: string;
  needed: number;
  decisions: { decision: 'approved' | 'rejected' | 'abstained'; responder: Actor; comment: string; at: string }[];
  requestedBy: Actor;
  author: Actor;
  bindsTo: { artifactSha256: string; policyVersion: string; environment: string; evidenceIds: string[] };
  expiresAt: string;
  createdAt: string;
  /** Why the caller may not decide; absent when they may. */
  cannotDecide?: string;
}

export interface PolicyView {
  id: string;
  name: string;
  version: number;
  digest: string;
  mode: 'off' | 'observe' | 'enforce';
  environments: string[];
  yaml: string;
  createdAt: string;
  createdBy: Actor;
}

export interface PersonView {
  id: string;
  name: string;
  roles: string[];
  createdAt: string;
}

export interface KeyView {
  keyId: string;
  name: string;
  principal: { kind: 'person' | 'machine'; id: string; name: string };
  roles: string[];
  createdAt: string;
  expiresAt?: string;
  revokedAt?: string;
}

/** The only answer that ever holds a whole key. */
export interface NewKeyView extends KeyView {
  key: string;
}

export interface WhoAmI {
  principal: { kind: 'person' | 'machine'; id: string; name: string };
  roles: string[];
  keyId: string;
  expiresAt?: string;
}

export interface IncidentView {
  id: string;
  title: string;
  status: 'open' | 'acknowledged' | 'mitigated' | 'resolved';
  severity: Severity;
  summary: string;
  affected: { endpoint?: string; model: string; version?: string; deploymentId?: string }[];
  causes: { eventId: string; type: string }[];
  /** Everything that happened, oldest first, with the trace of each event. */
  timeline: { at: string; type: string; text: string; actor: Actor; eventId: string; traceId?: string }[];
  /** The events as they were when it was opened: reads the same a year later. */
  evidence: { detections: unknown[]; rollback?: unknown; retraining?: unknown };
  openedAt: string;
  resolvedAt?: string;
  acknowledgedBy?: Actor;
}

export interface AuditEntryView {
  index: number;
  at: string;
  action: string;
  actor: Actor;
  subject: string;
  outcome: string;
  reason?: string;
  eventId: string;
  topic: string;
  leafHash: string;
  traceId?: string;
}

export interface AuditVerification {
  ok: boolean;
  treeSize: number;
  rootHash: string;
  checked: number;
  firstBad?: { index: number; why: string };
  at: string;
}

// ---- deployment -----------------------------------------------------------------------------------------------

export type DeploymentStatus =
  | 'requested'
  | 'blocked'
  | 'progressing'
  | 'paused'
  | 'promoted'
  | 'aborted'
  | 'rolledback'
  | 'failed'
  | 'superseded';

export const deploymentVerbs = ['start', 'pause', 'resume', 'promote', 'skip-to-full', 'abort', 'rollback', 'retry'] as const;
export type DeploymentVerb = (typeof deploymentVerbs)[number];

export interface TargetView {
  version: string;
  weight: number;
  variant: Variant;
  deploymentId: string;
}

export interface EndpointView {
  id: string;
  project: string;
  name: string;
  environment: string;
  model: string;
  targets: TargetView[];
  rollout?: { deploymentId: string; status: string; step: number; steps: number };
  monitoring?: MonitorSettings;
  createdAt: string;
  updatedAt: string;
}

/** Body of POST /api/v1/endpoints. */
export interface CreateEndpoint {
  name: string;
  environment: string;
  model: string;
  monitoring?: MonitorSettings;
}

/** Body of POST /api/v1/deployments. */
export interface RequestDeployment {
  endpoint: string;
  version: string;
  strategy?: RolloutStrategy;
  reason?: string;
}

export interface DeploymentView {
  id: string;
  endpoint: string;
  endpointId: string;
  environment: string;
  model: string;
  version: string;
  from?: string;
  status: DeploymentStatus;
  statusReason?: string;
  strategy: RolloutStrategy;
  step: number;
  /** Windows that passed in the current step. */
  windowsPassed: number;
  targets: TargetView[];
  requestedBy: Actor;
  reasons: string[];
  analyses: {
    at: string;
    step: number;
    verdict: GuardVerdict;
    summary: string;
    checks: GuardCheck[];
    windowIds: string[];
    period?: { start: string; end: string };
  }[];
  timeline: { at: string; type: string; text: string; actor: Actor; eventId: string; traceId?: string }[];
  /** Each verb: may it be done now, and if not, why. */
  verbs: Record<DeploymentVerb, { allowed: boolean; why?: string }>;
  createdAt: string;
  updatedAt: string;
}

// ---- monitoring -----------------------------------------------------------------------------------------------

export interface MonitorView {
  id: string;
  endpoint: string;
  model: string;
  version: string;
  variant: Variant;
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
  errors: number;
  latency: { p50Ms: number; p95Ms: number; p99Ms: number; n: number } | null;
  prediction: { mean: number; n: number } | null;
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
  metrics: { metric: string; value: number | null; interval?: [number, number] }[];
  calibration?: { meanScore: number; observed: number; n: number }[];
}

/** Rows of a monitor's stream, from the first to now: consumed is the sum of all the others. */
export interface AccountingView {
  consumed: number;
  counted: number;
  deduplicated: number;
  beyondHorizon: number;
  unrouted: number;
  deadLettered: number;
}

// ---- console --------------------------------------------------------------------------------------------------

/** A Kafka event as the console's live tail and event pages show it. */
export interface EventView {
  topic: string;
  partition: number;
  offset: string;
  key: string | null;
  id?: string;
  time?: string;
  source?: string;
  sequence?: number;
  subject?: string;
  chainId?: string;
  causeId?: string;
  traceId?: string;
  actor?: Actor;
  data: unknown;
}

export interface DeadLetterView {
  id: string;
  group: string;
  topic: string;
  partition: number;
  offset: string;
  reason: string;
  error: string;
  eventId?: string;
  status: 'open' | 'replayed' | 'discarded';
  firstSeen: string;
  key?: string;
  /** Capped; `bytes` and `sha256` describe the whole. */
  payload: string;
  bytes: number;
  sha256: string;
}
