import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Severity } from '../schema-parts.js';

export const IncidentResolved = eventSchema('incident.resolved', 'An incident is over.', {
  incidentId: Type.String(),
  title: Type.String(),
  status: Type.Union([Type.Literal('open'), Type.Literal('acknowledged'), Type.Literal('mitigated'), Type.Literal('resolved')]),
  severity: Severity,
  causes: Type.Array(Type.Object({ eventId: Type.String(), type: Type.String() })),
  affected: Type.Array(
    Type.Object({
      endpoint: Type.Optional(Type.String()),
      model: Type.String(),
      version: Type.Optional(Type.String()),
      deploymentId: Type.Optional(Type.String()),
    }),
  ),
  summary: Type.String(),
  evidenceUrl: Type.Optional(Type.String()),
});

/** An incident is over. */
export type IncidentResolved = Static<typeof IncidentResolved>;
