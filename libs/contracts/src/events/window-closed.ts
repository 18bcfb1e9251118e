import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { FeatureFinding, SegmentFinding, Variant, WindowCounts } from '../schema-parts.js';

export const WindowClosed = eventSchema('window.closed', 'A window is complete and judged, or revised.', {
  monitorId: Type.String(),
  endpoint: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  model: Type.String(),
  version: Type.String(),
  variant: Variant,
  windowId: Type.String(),
  window: WindowCounts,
  errors: Type.Integer({ minimum: 0 }),
  verdict: Type.Union([Type.Literal('quiet'), Type.Literal('alarming'), Type.Literal('insufficient'), Type.Literal('unjudged')]),
  features: Type.Array(FeatureFinding),
  skipped: Type.Array(Type.Object({ feature: Type.String(), reason: Type.String() })),
  quality: Type.Array(
    Type.Object({
      feature: Type.String(),
      missing: Type.Number(),
      invalid: Type.Number(),
      unseen: Type.Number(),
      outOfRange: Type.Number(),
    }),
  ),
  latency: Type.Union([
    Type.Object({ p50Ms: Type.Number(), p95Ms: Type.Number(), p99Ms: Type.Number(), n: Type.Integer({ minimum: 0 }) }),
    Type.Null(),
  ]),
  prediction: Type.Union([Type.Object({ mean: Type.Number(), n: Type.Integer({ minimum: 0 }) }), Type.Null()]),
  throughputPerSecond: Type.Number(),
  segments: Type.Optional(
    Type.Array(SegmentFinding, { maxItems: 20, description: 'furthest from the baseline first; the window itself lists all of them' }),
  ),
  url: Type.String(),
});

/** A window is complete and judged, or revised. */
export type WindowClosed = Static<typeof WindowClosed>;
