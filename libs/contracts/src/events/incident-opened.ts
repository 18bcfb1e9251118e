import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Severity } from '../schema-parts.js';

export const IncidentOpened = eventSchema('incident.opened', 'Something needs a person: what, why, and what was already done.', {
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

/** Something needs a person: what, why, and what was already done. */
export type IncidentOpened = Static<typeof IncidentOpened>;
