/** Answers of governance. Times are RFC 3339 in UTC. */
import type { Actor, Severity } from '../schema-parts.js';

export interface RuleResult {
  id: string;
  result: 'pass' | 'fail' | 'error' | 'needs-approval';
  why: string;
  missingEvidence?: string[];
}

export interface DecisionView {
  id: string;
  project: string;
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
  project: string;
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
  project: string;
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
  project: string;
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
  project: string;
  action: string;
  actor: Actor;
  subject: string;
  outcome: string;
  reason?: string;
  eventId: string;
  topic: string;
  partition?: number;
  offset?: string;
  /** SHA-256 of the event as Kafka had it. */
  payloadSha256?: string;
  /** Of an action that is no domain event: what it says of itself. */
  details?: unknown;
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
