import type { Actor } from '@drawbridge/contracts';
import { drop, later, ok, type Outcome } from '@drawbridge/kafka';
import { type EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { conflict, notFound } from '@drawbridge/service';
import { currentTraceId } from '@drawbridge/telemetry';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import {
  driftDetected,
  driftResolved,
  type EndTopic,
  type Fact,
  type Incident,
  incidentFor,
  type IncidentStep,
  type Notice,
  retrainingRequested,
  rolledBack,
  rolloutEnded,
} from '../domain/incident.js';
import { acknowledge, type Hand, type IncidentRefusal, resolve } from '../domain/incident-by-hand.js';
import { Database } from '../persistence/database.js';
import { IncidentStore } from '../persistence/incident.store.js';

type Opener = Fact<'drift.detected'> | Fact<'deployment.rolledback'> | Fact<'retraining.requested'>;

const topicOf: Readonly<Record<Notice, 'incident.opened' | 'incident.updated' | 'incident.resolved'>> = {
  opened: 'incident.opened',
  updated: 'incident.updated',
  resolved: 'incident.resolved',
};

/** Keeps one incident per cause: opens, adds to, and ends it as events of the endpoint arrive, and as persons take and close it. */
@Injectable()
export class IncidentSaga {
  constructor(
    private readonly incidents: IncidentStore,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Something happened that opens an incident or belongs to one. */
  async happened(tx: Transaction, fact: Opener, project: string, cause: EventCause): Promise<Outcome> {
    const { endpoint } = fact.data;
    await this.incidents.lock(tx, project, endpoint);
    const existing = incidentFor(await this.incidents.unresolved(tx, project, endpoint), fact);
    if (existing === undefined && fact.type === 'deployment.rolledback' && !fact.data.automatic) {
      return drop('a person rolled back, and no incident is open');
    }
    const base = { id: existing?.id ?? uuid(), project, endpoint, openedAt: new Date(fact.data.time) };
    await this.take(tx, stepFor(existing, fact, base), fact.data.actor, cause);
    return ok;
  }

  async over(tx: Transaction, fact: Fact<'drift.resolved'>, project: string, cause: EventCause): Promise<Outcome> {
    await this.incidents.lock(tx, project, fact.data.endpoint);
    const existing = await this.incidents.ofDetection(tx, fact.data.detectionId);
    if (existing === undefined) return later(`the detection ${fact.data.detectionId} is not known yet`);
    await this.take(tx, driftResolved(existing, fact), fact.data.actor, cause);
    return ok;
  }

  /** A rollout ended: what drifted may no longer serve. */
  async ended(tx: Transaction, fact: Fact<EndTopic>, project: string, cause: EventCause): Promise<Outcome> {
    const { endpoint, actor } = fact.data;
    await this.incidents.lock(tx, project, endpoint);
    const steps = (await this.incidents.unresolved(tx, project, endpoint)).map((incident) => rolloutEnded(incident, fact));
    for (const step of steps) if (step !== undefined) await this.take(tx, step, actor, cause);
    return ok;
  }

  acknowledge(id: string, actor: Actor, now: Date): Promise<Incident> {
    return this.byHand(id, actor, now, acknowledge);
  }

  resolve(id: string, reason: string, actor: Actor, now: Date): Promise<Incident> {
    return this.byHand(id, actor, now, (incident, hand) => resolve(incident, reason, hand));
  }

  private byHand(
    id: string,
    actor: Actor,
    now: Date,
    act: (incident: Incident, hand: Hand) => IncidentStep | IncidentRefusal,
  ): Promise<Incident> {
    return this.database.write(async (tx) => {
      const known = await this.incidents.get(tx, id);
      if (known === undefined) throw notFound('incident', id);
      await this.incidents.lock(tx, known.project, known.endpoint);
      const incident = (await this.incidents.get(tx, id)) ?? known;
      const eventId = uuid();
      const traceId = currentTraceId();
      const step = act(incident, { actor, now, eventId, ...(traceId === undefined ? {} : { traceId }) });
      if ('code' in step) throw conflict(step.code, `The incident cannot be changed: ${step.why}.`);
      await this.take(tx, step, actor, undefined, eventId);
      return step.incident;
    });
  }

  private async take(tx: Transaction, step: IncidentStep, actor: Actor, cause: EventCause | undefined, id?: string): Promise<void> {
    const { incident, timeline, notice } = step;
    await this.incidents.save(tx, incident);
    await this.incidents.tell(tx, incident.id, timeline);
    await this.outbox.append(tx, {
      topic: topicOf[notice],
      aggregateType: 'incidents',
      aggregateId: incident.id,
      subject: `projects/${incident.project}/incidents/${incident.id}`,
      project: incident.project,
      time: timeline.at,
      actor,
      ...(id === undefined ? {} : { id }),
      ...(cause === undefined ? {} : { cause }),
      data: {
        incidentId: incident.id,
        title: incident.title,
        status: incident.status,
        severity: incident.severity,
        causes: [...incident.causes],
        affected: [...incident.affected],
        summary: incident.summary,
        evidenceUrl: `/api/v1/incidents/${incident.id}`,
      },
    });
  }
}

function stepFor(
  existing: Incident | undefined,
  fact: Opener,
  base: { id: string; project: string; endpoint: string; openedAt: Date },
): IncidentStep {
  switch (fact.type) {
    case 'drift.detected':
      return driftDetected(existing, fact, base);
    case 'deployment.rolledback':
      return rolledBack(existing, fact, base);
    case 'retraining.requested':
      return retrainingRequested(existing, fact, base);
  }
}
