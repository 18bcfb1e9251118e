import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Timestamp, Variant } from '../schema-parts.js';

export const MonitorStalled = eventSchema('monitor.stalled', 'A monitor sees no data although it should.', {
  monitorId: Type.String(),
  endpoint: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  model: Type.String(),
  version: Type.String(),
  variant: Variant,
  reason: Type.Union([Type.Literal('no-data'), Type.Literal('lag'), Type.Literal('schema'), Type.Literal('coverage')]),
  lastEventAt: Type.Union([Timestamp, Type.Null()]),
  expectedEverySeconds: Type.Optional(Type.Number()),
});

/** A monitor sees no data although it should. */
export type MonitorStalled = Static<typeof MonitorStalled>;
