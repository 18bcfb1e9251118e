import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Exemplar, FeatureFinding, Severity, Variant, WindowCounts } from '../schema-parts.js';

export const DriftDetected = eventSchema(
  'drift.detected',
  'The inputs or predictions of a monitor left their baseline further than its materiality allows.',
  {
    monitorId: Type.String(),
    endpoint: Type.String(),
    deploymentId: Type.Optional(Type.String()),
    model: Type.String(),
    version: Type.String(),
    variant: Variant,
    monitorVersion: Type.Integer({ minimum: 1 }),
    detectionId: Type.String(),
    kind: Type.Union([Type.Literal('data'), Type.Literal('prediction'), Type.Literal('concept'), Type.Literal('embedding')]),
    scope: Type.Object({ features: Type.Array(Type.String()) }),
    windowId: Type.String(),
    window: WindowCounts,
    baseline: Type.Object({ id: Type.String(), n: Type.Integer({ minimum: 0 }), sha256: Type.String() }),
    detector: Type.Object({ name: Type.String(), version: Type.String(), params: Type.Record(Type.String(), Type.Unknown()) }),
    statistic: Type.Number(),
    threshold: Type.Number(),
    effect: Type.Object({ size: Type.Number(), words: Type.String() }),
    features: Type.Array(FeatureFinding),
    budget: Type.Object({ atMost: Type.Number(), per: Type.String(), spent: Type.Number() }),
    severity: Severity,
    consecutive: Type.Integer({ minimum: 1 }),
    exemplars: Type.Array(Exemplar, { maxItems: 20 }),
    suspectedCauses: Type.Array(Type.Object({ kind: Type.String(), detail: Type.String(), score: Type.Optional(Type.Number()) })),
    evidenceUrl: Type.String(),
  },
);

/** The inputs or predictions of a monitor left their baseline further than its materiality allows. */
export type DriftDetected = Static<typeof DriftDetected>;
