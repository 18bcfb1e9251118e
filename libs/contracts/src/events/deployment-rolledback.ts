import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Exemplar, FeatureFinding, GuardCheck, Timestamp, Variant } from '../schema-parts.js';

export const DeploymentRolledback = eventSchema(
  'deployment.rolledback',
  'The traffic went back to the version before, with the evidence for it.',
  {
    deploymentId: Type.String(),
    endpointId: Type.String(),
    endpoint: Type.String(),
    modelId: Type.String(),
    model: Type.String(),
    version: Type.String(),
    from: Type.String(),
    to: Type.String(),
    automatic: Type.Boolean(),
    reason: Type.String(),
    trigger: Type.Object({ eventId: Type.String(), type: Type.String() }),
    evidence: Type.Object({
      windows: Type.Array(
        Type.Object({
          windowId: Type.String(),
          monitorId: Type.String(),
          version: Type.String(),
          variant: Variant,
          start: Timestamp,
          end: Timestamp,
          n: Type.Integer({ minimum: 0 }),
          verdict: Type.String(),
        }),
      ),
      features: Type.Array(FeatureFinding),
      checks: Type.Array(GuardCheck),
      exemplars: Type.Array(Exemplar),
      ruledOut: Type.Array(Type.String()),
    }),
    tookMs: Type.Integer({ minimum: 0 }),
  },
);

/** The traffic went back to the version before, with the evidence for it. */
export type DeploymentRolledback = Static<typeof DeploymentRolledback>;
