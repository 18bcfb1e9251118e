import { toHex } from '@drawbridge/audit';
import type { ApprovalView, AuditEntryView, DecisionView, IncidentView, KeyView, PersonView, PolicyView } from '@drawbridge/contracts';
import { grants } from '@drawbridge/contracts';
import type { Principal } from '@drawbridge/service';
import type { ApiKey } from '../domain/access.js';
import { refusalFor } from '../domain/approval.js';
import type { Incident, TimelineEntry } from '../domain/incident.js';
import type { PolicyMode } from '../domain/policy.js';
import type { Person } from '../persistence/access.store.js';
import type { StoredApproval } from '../persistence/approval.store.js';
import type { StoredEntry } from '../persistence/audit.store.js';
import type { StoredDecision } from '../persistence/decision.store.js';
import type { StoredPolicy } from '../persistence/policy.store.js';

export function personView(person: Person): PersonView {
  return { id: person.id, name: person.name, roles: [...person.roles], createdAt: person.createdAt.toISOString() };
}

export function keyView(key: ApiKey, roles: readonly string[]): KeyView {
  return {
    keyId: key.keyId,
    name: key.name,
    principal: { ...key.principal },
    roles: [...roles],
    createdAt: key.createdAt.toISOString(),
    ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt.toISOString() }),
    ...(key.revokedAt === undefined ? {} : { revokedAt: key.revokedAt.toISOString() }),
  };
}

export function policyView(policy: StoredPolicy): PolicyView {
  return {
    id: policy.id,
    project: policy.project,
    name: policy.name,
    version: policy.version,
    digest: policy.digest,
    mode: policy.mode as PolicyMode,
    environments: [...policy.environments],
    yaml: policy.yaml,
    createdAt: policy.createdAt.toISOString(),
    createdBy: policy.createdBy,
  };
}

export function decisionView(decision: StoredDecision): DecisionView {
  const { id, project, action, model, version, environment, deploymentId, verdict, rules, policy, approvalId, at, traceId } = decision;
  return {
    id,
    project,
    action,
    model,
    version,
    environment,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    verdict,
    rules: [...rules],
    policy,
    ...(approvalId === undefined ? {} : { approvalId }),
    at: at.toISOString(),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** Why the caller may not decide, rights included; undefined when they may. */
function cannotDecide(stored: StoredApproval, principal: Principal, now: Date): string | undefined {
  const refusal = refusalFor(stored.approval, principal, now);
  if (refusal !== undefined) return refusal.why;
  return grants(principal.roles, 'approvals.decide') ? undefined : 'you do not hold the role approver';
}

export function approvalView(stored: StoredApproval, principal: Principal, now: Date): ApprovalView {
  const { approval } = stored;
  const why = cannotDecide(stored, principal, now);
  return {
    id: approval.id,
    project: stored.project,
    model: stored.model,
    modelId: stored.modelId,
    version: stored.version,
    environment: approval.binding.environment,
    status: approval.status,
    ...(approval.reason === undefined ? {} : { reason: approval.reason }),
    needed: approval.needed,
    decisions: approval.answers.map(({ decision, responder, comment, at }) => ({ decision, responder, comment, at: at.toISOString() })),
    requestedBy: approval.requestedBy,
    author: approval.author,
    bindsTo: { ...approval.binding, evidenceIds: [...approval.binding.evidenceIds] },
    expiresAt: approval.expiresAt.toISOString(),
    createdAt: stored.createdAt.toISOString(),
    ...(why === undefined ? {} : { cannotDecide: why }),
  };
}

export function incidentView(incident: Incident, timeline: readonly TimelineEntry[]): IncidentView {
  const { detections, rollback, retraining } = incident.evidence;
  return {
    id: incident.id,
    project: incident.project,
    title: incident.title,
    status: incident.status,
    severity: incident.severity,
    summary: incident.summary,
    affected: [...incident.affected],
    causes: [...incident.causes],
    timeline: timeline.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
    evidence: {
      detections: [...detections],
      ...(rollback === undefined ? {} : { rollback }),
      ...(retraining === undefined ? {} : { retraining }),
    },
    openedAt: incident.openedAt.toISOString(),
    ...(incident.resolvedAt === undefined ? {} : { resolvedAt: incident.resolvedAt.toISOString() }),
    ...(incident.acknowledgedBy === undefined ? {} : { acknowledgedBy: incident.acknowledgedBy }),
  };
}

export function auditView({ entry, leafHash }: StoredEntry): AuditEntryView {
  return {
    index: entry.index,
    at: entry.at.toISOString(),
    project: entry.project,
    action: entry.action,
    actor: entry.actor,
    subject: entry.subject,
    outcome: entry.outcome,
    ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    eventId: entry.eventId,
    topic: entry.topic,
    partition: entry.partition,
    offset: entry.offset,
    payloadSha256: entry.payloadSha256,
    ...(entry.details === undefined ? {} : { details: JSON.parse(entry.details) as unknown }),
    leafHash: toHex(leafHash),
    ...(entry.traceId === undefined ? {} : { traceId: entry.traceId }),
  };
}
