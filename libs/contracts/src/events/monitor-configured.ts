import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { MonitorSettings, Sha256, Variant } from '../schema-parts.js';

export const MonitorConfigured = eventSchema('monitor.configured', 'A monitor was created or its settings changed.', {
  monitorId: Type.String(),
  endpoint: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  model: Type.String(),
  version: Type.String(),
  variant: Variant,
  monitorVersion: Type.Integer({ minimum: 1 }),
  digest: Sha256,
  settings: MonitorSettings,
  features: Type.Array(Type.Object({ name: Type.String(), kind: Type.String(), calendar: Type.Optional(Type.String()) })),
  baseline: Type.Optional(Type.Object({ id: Type.String(), n: Type.Integer({ minimum: 0 }), sha256: Type.String() })),
});

/** A monitor was created or its settings changed. */
export type MonitorConfigured = Static<typeof MonitorConfigured>;
