import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Variant } from '../schema-parts.js';

export const DriftResolved = eventSchema('drift.resolved', 'The monitor is back at its baseline.', {
  monitorId: Type.String(),
  endpoint: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  model: Type.String(),
  version: Type.String(),
  variant: Variant,
  detectionId: Type.String(),
  windowId: Type.String(),
  durationMs: Type.Integer({ minimum: 0 }),
  windowsClear: Type.Integer({ minimum: 0 }),
});

/** The monitor is back at its baseline. */
export type DriftResolved = Static<typeof DriftResolved>;
