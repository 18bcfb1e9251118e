import type { Actor, Severity } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { Affected, Detection, Evidence, Incident, IncidentStatus, TimelineEntry } from '../domain/incident.js';
import { json, type Keyset, ListQuery, row, rows } from './rows.js';

interface IncidentRow {
  id: string;
  project: string;
  endpoint: string;
  status: IncidentStatus;
  severity: Severity;
  title: string;
  summary: string;
  affected: Affected[];
  causes: { eventId: string; type: string }[];
  evidence: Evidence;
  rolled_back: string[];
  opened_at: Date;
  resolved_at: Date | null;
  acknowledged_by: Actor | null;
  detections: {
    detectionId: string;
    eventId: string;
    deploymentId: string | null;
    model: string;
    version: string;
    resolvedAt: string | null;
  }[];
}

const columns = `select i.id, i.project, i.endpoint, i.status, i.severity, i.title, i.summary, i.affected, i.causes, i.evidence, i.rolled_back,
  i.opened_at, i.resolved_at, i.acknowledged_by,
  coalesce((select jsonb_agg(jsonb_build_object('detectionId', d.detection_id, 'eventId', d.event_id, 'deploymentId', d.deployment_id,
              'model', d.model, 'version', d.version, 'resolvedAt', d.resolved_at) order by d.detection_id)
            from incident_detections d where d.incident_id = i.id), '[]'::jsonb) as detections
  from incidents i`;

function detectionOf(found: IncidentRow['detections'][number]): Detection {
  return {
    detectionId: found.detectionId,
    eventId: found.eventId,
    ...(found.deploymentId === null ? {} : { deploymentId: found.deploymentId }),
    model: found.model,
    version: found.version,
    ...(found.resolvedAt === null ? {} : { resolvedAt: new Date(found.resolvedAt) }),
  };
}

function incidentOf(found: IncidentRow): Incident {
  return {
    id: found.id,
    project: found.project,
    endpoint: found.endpoint,
    status: found.status,
    severity: found.severity,
    title: found.title,
    summary: found.summary,
    affected: found.affected,
    causes: found.causes,
    detections: found.detections.map(detectionOf),
    evidence: found.evidence,
    rolledBackDeployments: found.rolled_back,
    openedAt: found.opened_at,
    ...(found.resolved_at === null ? {} : { resolvedAt: found.resolved_at }),
    ...(found.acknowledged_by === null ? {} : { acknowledgedBy: found.acknowledged_by }),
  };
}

export interface IncidentFilter {
  readonly project?: string;
  readonly status?: string;
  readonly endpoint?: string;
  readonly model?: string;
  readonly severity?: string;
}

@Injectable()
export class IncidentStore {
  /** What happens on one endpoint is told one after another, whichever topic it came from. */
  async lock(tx: Transaction, project: string, endpoint: string): Promise<void> {
    await rows(tx, `select pg_advisory_xact_lock(hashtextextended('governance.incident ' || $1 || '/' || $2, 0))`, [project, endpoint]);
  }

  async get(tx: Transaction, id: string): Promise<Incident | undefined> {
    const found = await row<IncidentRow>(tx, `${columns} where i.id = $1`, [id]);
    return found === undefined ? undefined : incidentOf(found);
  }

  /** Newest first. */
  async unresolved(tx: Transaction, project: string, endpoint: string): Promise<Incident[]> {
    const found = await rows<IncidentRow>(
      tx,
      `${columns} where i.project = $1 and i.endpoint = $2 and i.status <> 'resolved' order by i.opened_at desc, i.id desc limit 50`,
      [project, endpoint],
    );
    return found.map(incidentOf);
  }

  async ofDetection(tx: Transaction, detectionId: string): Promise<Incident | undefined> {
    const found = await row<IncidentRow>(
      tx,
      `${columns} where i.id = (select incident_id from incident_detections where detection_id = $1)`,
      [detectionId],
    );
    return found === undefined ? undefined : incidentOf(found);
  }

  async save(tx: Transaction, incident: Incident): Promise<void> {
    await rows(
      tx,
      `insert into incidents (id, project, endpoint, status, severity, title, summary, affected, causes, evidence, rolled_back, models,
         opened_at, resolved_at, acknowledged_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (id) do update set status = excluded.status, severity = excluded.severity, title = excluded.title,
         summary = excluded.summary, affected = excluded.affected, causes = excluded.causes, evidence = excluded.evidence,
         rolled_back = excluded.rolled_back, models = excluded.models, resolved_at = excluded.resolved_at,
         acknowledged_by = excluded.acknowledged_by`,
      [
        incident.id,
        incident.project,
        incident.endpoint,
        incident.status,
        incident.severity,
        incident.title,
        incident.summary,
        json(incident.affected),
        json(incident.causes),
        json(incident.evidence),
        json(incident.rolledBackDeployments),
        [...new Set(incident.affected.map((affected) => affected.model))],
        incident.openedAt,
        incident.resolvedAt ?? null,
        incident.acknowledgedBy === undefined ? null : json(incident.acknowledgedBy),
      ],
    );
    for (const detection of incident.detections) {
      await rows(
        tx,
        `insert into incident_detections (detection_id, incident_id, event_id, deployment_id, model, version, resolved_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (detection_id) do update set resolved_at = excluded.resolved_at`,
        [
          detection.detectionId,
          incident.id,
          detection.eventId,
          detection.deploymentId ?? null,
          detection.model,
          detection.version,
          detection.resolvedAt ?? null,
        ],
      );
    }
  }

  async tell(tx: Transaction, incidentId: string, entry: TimelineEntry): Promise<void> {
    await rows(
      tx,
      `insert into incident_timeline (incident_id, at, type, text, actor, event_id, trace_id) values ($1, $2, $3, $4, $5, $6, $7)`,
      [incidentId, entry.at, entry.type, entry.text, json(entry.actor), entry.eventId, entry.traceId ?? null],
    );
  }

  /** Timelines of some incidents, oldest entry first. */
  async timelines(tx: Transaction, incidentIds: readonly string[]): Promise<Map<string, TimelineEntry[]>> {
    const found = await rows<{
      incident_id: string;
      at: Date;
      type: string;
      text: string;
      actor: Actor;
      event_id: string;
      trace_id: string | null;
    }>(
      tx,
      `select incident_id, at, type, text, actor, event_id, trace_id from incident_timeline where incident_id = any ($1::uuid[]) order by at, n`,
      [incidentIds],
    );
    const timelines = new Map<string, TimelineEntry[]>(incidentIds.map((id) => [id, []]));
    for (const each of found) {
      timelines.get(each.incident_id)?.push({
        at: each.at,
        type: each.type,
        text: each.text,
        actor: each.actor,
        eventId: each.event_id,
        ...(each.trace_id === null ? {} : { traceId: each.trace_id }),
      });
    }
    return timelines;
  }

  async list(tx: Transaction, keyset: Keyset, filter: IncidentFilter): Promise<Incident[]> {
    const found = await new ListQuery(columns, { time: 'i.opened_at', id: 'i.id', idType: 'uuid' })
      .where('i.project = ?', filter.project)
      .where('i.status = ?', filter.status)
      .where('i.endpoint = ?', filter.endpoint)
      .where('? = any (i.models)', filter.model)
      .where('i.severity = ?', filter.severity)
      .page<IncidentRow>(tx, keyset);
    return found.map(incidentOf);
  }
}
