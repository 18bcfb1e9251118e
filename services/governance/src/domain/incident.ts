import type { Actor, EventMap, Severity } from '@drawbridge/contracts';

export type IncidentStatus = 'open' | 'acknowledged' | 'mitigated' | 'resolved';

/** A rollout came to its end, one way or the other. */
export type EndTopic = 'deployment.promoted' | 'deployment.aborted' | 'deployment.failed';
export type FactTopic = 'drift.detected' | 'drift.resolved' | 'deployment.rolledback' | 'retraining.requested' | EndTopic;

/** A control event with its trace, kept as it was. */
export interface Fact<T extends FactTopic> {
  readonly type: T;
  readonly data: EventMap[T];
  readonly traceId?: string;
}

export interface Detection {
  readonly detectionId: string;
  readonly eventId: string;
  readonly deploymentId?: string;
  readonly model: string;
  readonly version: string;
  readonly resolvedAt?: Date;
}

export interface Affected {
  readonly endpoint?: string;
  readonly model: string;
  readonly version?: string;
  readonly deploymentId?: string;
}

export interface TimelineEntry {
  readonly at: Date;
  readonly type: string;
  readonly text: string;
  readonly actor: Actor;
  readonly eventId: string;
  readonly traceId?: string;
}

export interface Evidence {
  readonly detections: readonly unknown[];
  readonly rollback?: unknown;
  readonly retraining?: unknown;
}

/**
 * One cause that needs a person. Everything that happens on the endpoint while one of its detections is open belongs to it; evidence is
 * only ever added, never changed.
 */
export interface Incident {
  readonly id: string;
  readonly project: string;
  readonly endpoint: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  readonly title: string;
  readonly summary: string;
  readonly affected: readonly Affected[];
  readonly causes: readonly { readonly eventId: string; readonly type: string }[];
  readonly detections: readonly Detection[];
  readonly evidence: Evidence;
  readonly rolledBackDeployments: readonly string[];
  readonly openedAt: Date;
  readonly resolvedAt?: Date;
  readonly acknowledgedBy?: Actor;
}

export type Notice = 'opened' | 'updated' | 'resolved';

export interface IncidentStep {
  readonly incident: Incident;
  readonly timeline: TimelineEntry;
  readonly notice: Notice;
}

const order: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

function worse(a: Severity, b: Severity): Severity {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

const isLive = (incident: Incident): boolean => incident.status === 'open' || incident.status === 'acknowledged';

/**
 * Which of an endpoint's unresolved incidents (newest first) a new fact belongs to; undefined opens one. A rollback and the drift that led
 * to it may arrive in either order, so a detection of a deployment that was already rolled back joins the incident of that rollback.
 */
export function incidentFor(
  incidents: readonly Incident[],
  fact: Fact<'drift.detected'> | Fact<'deployment.rolledback'> | Fact<'retraining.requested'>,
): Incident | undefined {
  const live = incidents.find(isLive);
  if (fact.type === 'drift.detected') {
    return incidents.find((incident) => wasRolledBack(incident, fact.data)) ?? live;
  }
  return live;
}

function wasRolledBack(incident: Incident, detection: EventMap['drift.detected']): boolean {
  if (detection.deploymentId !== undefined) return incident.rolledBackDeployments.includes(detection.deploymentId);
  const rollback = incident.evidence.rollback as EventMap['deployment.rolledback'] | undefined;
  return detection.variant === 'candidate' && rollback?.model === detection.model && rollback.from === detection.version;
}

function joined<T>(list: readonly T[], item: T, same: (a: T, b: T) => boolean): readonly T[] {
  return list.some((each) => same(each, item)) ? list : [...list, item];
}

/** One line per version of the endpoint; a later event may add the deployment that an earlier one did not name. */
function withAffected(list: readonly Affected[], item: Affected): readonly Affected[] {
  const at = list.findIndex((each) => each.model === item.model && each.version === item.version);
  return at < 0 ? [...list, item] : list.with(at, { ...list[at], ...item });
}

function movedFeatures(event: EventMap['drift.detected']): string {
  const names = event.features.filter((feature) => feature.alarming).map((feature) => feature.feature);
  return (names.length > 0 ? names : event.scope.features).slice(0, 3).join(', ') || event.kind;
}

interface Base {
  readonly id: string;
  readonly project: string;
  readonly endpoint: string;
  readonly openedAt: Date;
}

/** The title follows from what is known, so that it does not depend on the order in which the topics delivered it. */
function titled(incident: Incident): Incident {
  const { detections, evidence, endpoint } = incident;
  const retraining = evidence.retraining as EventMap['retraining.requested'] | undefined;
  if (retraining !== undefined) return { ...incident, title: `${retraining.model} on ${endpoint} needs retraining` };
  const rollback = evidence.rollback as EventMap['deployment.rolledback'] | undefined;
  if (rollback !== undefined) {
    return { ...incident, title: `${rollback.model} v${rollback.from} on ${endpoint} was rolled back to v${rollback.to}` };
  }
  const first = evidence.detections[0] as EventMap['drift.detected'] | undefined;
  if (first === undefined) return incident;
  const versions = [...new Set(detections.map((detection) => `v${detection.version}`))].toSorted();
  return { ...incident, title: `Drift of ${first.model} ${versions.join(' and ')} on ${endpoint}: ${movedFeatures(first)}` };
}

function opening(base: Base, severity: Severity, summary: string): Incident {
  return {
    ...base,
    status: 'open',
    severity,
    title: '',
    summary,
    affected: [],
    causes: [],
    detections: [],
    evidence: { detections: [] },
    rolledBackDeployments: [],
  };
}

function entry(fact: { type: string; data: { id: string; time: string; actor: Actor }; traceId?: string }, text: string): TimelineEntry {
  return {
    at: new Date(fact.data.time),
    type: fact.type,
    text,
    actor: fact.data.actor,
    eventId: fact.data.id,
    ...(fact.traceId === undefined ? {} : { traceId: fact.traceId }),
  };
}

/** A monitor left its baseline. */
export function driftDetected(existing: Incident | undefined, fact: Fact<'drift.detected'>, base: Base): IncidentStep {
  const event = fact.data;
  const where = `${event.model} v${event.version} (${event.variant}) on ${event.endpoint}`;
  const text = `Drift of ${where}: ${movedFeatures(event)}; ${event.effect.words} (n = ${event.window.n})`;
  const incident = existing ?? opening(base, event.severity, text);
  const next: Incident = {
    ...incident,
    severity: worse(incident.severity, event.severity),
    affected: withAffected(incident.affected, {
      endpoint: event.endpoint,
      model: event.model,
      version: event.version,
      ...(event.deploymentId === undefined ? {} : { deploymentId: event.deploymentId }),
    }),
    causes: [...incident.causes, { eventId: event.id, type: fact.type }],
    detections: joined(
      incident.detections,
      {
        detectionId: event.detectionId,
        eventId: event.id,
        model: event.model,
        version: event.version,
        ...(event.deploymentId === undefined ? {} : { deploymentId: event.deploymentId }),
      },
      (a, b) => a.detectionId === b.detectionId,
    ),
    evidence: { ...incident.evidence, detections: [...incident.evidence.detections, event] },
  };
  return { incident: titled(next), timeline: entry(fact, text), notice: existing === undefined ? 'opened' : 'updated' };
}

/** The traffic went back: harm is over, the cause may not be. */
export function rolledBack(existing: Incident | undefined, fact: Fact<'deployment.rolledback'>, base: Base): IncidentStep {
  const event = fact.data;
  const how = event.automatic ? 'automatically' : 'by hand';
  const text = `Rolled back ${how} from ${event.model} v${event.from} to v${event.to} in ${event.tookMs} ms: ${event.reason}`;
  const incident = existing ?? opening(base, 'high', text);
  const next: Incident = {
    ...incident,
    status: 'mitigated',
    severity: worse(incident.severity, 'high'),
    summary: existing === undefined ? text : `${incident.summary}. ${text}`,
    affected: withAffected(incident.affected, {
      endpoint: event.endpoint,
      model: event.model,
      version: event.from,
      deploymentId: event.deploymentId,
    }),
    causes: [...incident.causes, { eventId: event.id, type: fact.type }],
    rolledBackDeployments: joined(incident.rolledBackDeployments, event.deploymentId, (a, b) => a === b),
    evidence: { ...incident.evidence, rollback: incident.evidence.rollback ?? event },
  };
  return { incident: titled(next), timeline: entry(fact, text), notice: existing === undefined ? 'opened' : 'updated' };
}

/** No version at hand can help. */
export function retrainingRequested(existing: Incident | undefined, fact: Fact<'retraining.requested'>, base: Base): IncidentStep {
  const event = fact.data;
  const text = `Retraining of ${event.model} requested: ${event.cause.summary}`;
  const incident = existing ?? opening(base, 'high', text);
  const next: Incident = {
    ...incident,
    severity: worse(incident.severity, 'high'),
    summary: existing === undefined ? text : `${incident.summary}. ${text}`,
    affected: incident.affected.length > 0 ? incident.affected : [{ endpoint: event.endpoint, model: event.model }],
    causes: [...incident.causes, { eventId: event.id, type: fact.type }],
    evidence: { ...incident.evidence, retraining: incident.evidence.retraining ?? event },
  };
  return { incident: titled(next), timeline: entry(fact, text), notice: existing === undefined ? 'opened' : 'updated' };
}

/** A detection is over; with its last one, so is the incident. */
export function driftResolved(existing: Incident, fact: Fact<'drift.resolved'>): IncidentStep {
  const event = fact.data;
  const at = new Date(event.time);
  const detections = existing.detections.map((detection) =>
    detection.detectionId === event.detectionId && detection.resolvedAt === undefined ? { ...detection, resolvedAt: at } : detection,
  );
  const over = existing.status !== 'resolved' && detections.every((detection) => detection.resolvedAt !== undefined);
  const text = `${event.model} v${event.version} (${event.variant}) is back at its baseline after ${event.windowsClear} quiet windows`;
  const next: Incident = { ...existing, detections, ...(over ? { status: 'resolved' as const, resolvedAt: at } : {}) };
  return { incident: next, timeline: entry(fact, text), notice: over ? 'resolved' : 'updated' };
}

/**
 * A rollout ended: versions that drifted may no longer serve, and a monitor without traffic can never be quiet again. When none of them is left,
 * the harm is over. Undefined when that changes nothing.
 */
export function rolloutEnded(existing: Incident, fact: Fact<EndTopic>): IncidentStep | undefined {
  const { version, model } = fact.data;
  const serves = (other: string): boolean => (fact.type === 'deployment.promoted' ? other === version : other !== version);
  const open = existing.detections.filter((detection) => detection.resolvedAt === undefined);
  if (!isLive(existing) || open.length === 0 || open.some((detection) => serves(detection.version))) return undefined;
  const gone = [...new Set(open.map((detection) => `v${detection.version}`))].toSorted().join(' and ');
  const how = fact.type === 'deployment.promoted' ? `v${version} has all of the traffic` : `the rollout of v${version} ended`;
  const text = `${model} ${gone} no longer serves: ${how}`;
  const next: Incident = { ...existing, status: 'mitigated', summary: `${existing.summary}. ${text}` };
  return { incident: next, timeline: entry(fact, text), notice: 'updated' };
}
