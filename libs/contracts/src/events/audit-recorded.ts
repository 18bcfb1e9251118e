import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const AuditRecorded = eventSchema('audit.recorded', 'An action that is no domain event but belongs in the audit log.', {
  action: Type.String(),
  subject: Type.String(),
  outcome: Type.Union([Type.Literal('ok'), Type.Literal('refused'), Type.Literal('failed')]),
  reason: Type.Optional(Type.String()),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** An action that is no domain event but belongs in the audit log. */
export type AuditRecorded = Static<typeof AuditRecorded>;
