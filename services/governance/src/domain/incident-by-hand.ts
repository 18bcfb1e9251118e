import type { Actor } from '@drawbridge/contracts';
import type { Incident, IncidentStep, TimelineEntry } from './incident.js';

export interface IncidentRefusal {
  readonly code: string;
  readonly why: string;
}

export interface Hand {
  readonly actor: Actor;
  readonly now: Date;
  readonly eventId: string;
  readonly traceId?: string;
}

/** A person takes it. */
export function acknowledge(incident: Incident, hand: Hand): IncidentStep | IncidentRefusal {
  if (incident.status === 'resolved') return { code: 'DBR-INCIDENT-RESOLVED', why: 'it is already resolved' };
  if (incident.acknowledgedBy !== undefined) {
    return { code: 'DBR-INCIDENT-ACKNOWLEDGED', why: `${incident.acknowledgedBy.name ?? incident.acknowledgedBy.id} has already taken it` };
  }
  const status = incident.status === 'open' ? 'acknowledged' : incident.status;
  return {
    incident: { ...incident, status, acknowledgedBy: hand.actor },
    timeline: byHand('incident.acknowledged', `${nameOf(hand.actor)} takes it`, hand),
    notice: 'updated',
  };
}

/** A person says it is over, and why. */
export function resolve(incident: Incident, reason: string, hand: Hand): IncidentStep | IncidentRefusal {
  if (incident.status === 'resolved') return { code: 'DBR-INCIDENT-RESOLVED', why: 'it is already resolved' };
  return {
    incident: { ...incident, status: 'resolved', resolvedAt: hand.now },
    timeline: byHand('incident.resolved', `${nameOf(hand.actor)} resolved it: ${reason}`, hand),
    notice: 'resolved',
  };
}

function byHand(type: string, text: string, hand: Hand): TimelineEntry {
  return {
    at: hand.now,
    type,
    text,
    actor: hand.actor,
    eventId: hand.eventId,
    ...(hand.traceId === undefined ? {} : { traceId: hand.traceId }),
  };
}

function nameOf(actor: Actor): string {
  return actor.name ?? actor.id;
}
