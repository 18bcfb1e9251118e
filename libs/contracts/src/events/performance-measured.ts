import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Timestamp, Variant } from '../schema-parts.js';

/** The figures of one window; its revisions carry the same. */
export const performanceFields = {
  monitorId: Type.String(),
  endpoint: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  model: Type.String(),
  version: Type.String(),
  variant: Variant,
  windowId: Type.String(),
  start: Timestamp,
  end: Timestamp,
  revision: Type.Integer({ minimum: 1 }),
  labelled: Type.Integer({ minimum: 0 }),
  ofN: Type.Integer({ minimum: 0 }),
  coverage: Type.Number(),
  unmeasured: Type.Optional(Type.Integer({ minimum: 0 })),
  sampleRate: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  metrics: Type.Array(
    Type.Object({
      metric: Type.String(),
      value: Type.Union([Type.Number(), Type.Null()]),
      interval: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
    }),
  ),
  calibration: Type.Optional(
    Type.Array(Type.Object({ meanScore: Type.Number(), observed: Type.Number(), n: Type.Integer({ minimum: 0 }) })),
  ),
  reference: Type.Optional(Type.Record(Type.String(), Type.Number())),
} as const;

export const PerformanceMeasured = eventSchema(
  'performance.measured',
  'Enough labels arrived: how good the predictions of a window were.',
  performanceFields,
);

/** Enough labels arrived: how good the predictions of a window were. */
export type PerformanceMeasured = Static<typeof PerformanceMeasured>;
