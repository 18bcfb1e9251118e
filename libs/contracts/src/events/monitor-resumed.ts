import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Timestamp, Variant } from '../schema-parts.js';

export const MonitorResumed = eventSchema(
  'monitor.resumed',
  'A stalled monitor sees data again, or is missed no longer: it was closed or lost its traffic.',
  {
    monitorId: Type.String(),
    endpoint: Type.String(),
    deploymentId: Type.Optional(Type.String()),
    model: Type.String(),
    version: Type.String(),
    variant: Variant,
    reason: Type.Union([Type.Literal('no-data'), Type.Literal('lag'), Type.Literal('schema'), Type.Literal('coverage')]),
    lastEventAt: Type.Union([Timestamp, Type.Null()]),
    expectedEverySeconds: Type.Optional(Type.Number()),
  },
);

/** A stalled monitor sees data again. */
export type MonitorResumed = Static<typeof MonitorResumed>;
