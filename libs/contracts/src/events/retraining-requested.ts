import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { FeatureFinding, Timestamp, Variant } from '../schema-parts.js';

export const RetrainingRequested = eventSchema(
  'retraining.requested',
  'No version at hand can help: the world moved. One request per model and cause.',
  {
    modelId: Type.String(),
    model: Type.String(),
    requestId: Type.String(),
    endpoint: Type.String(),
    deploymentId: Type.Optional(Type.String()),
    cause: Type.Object({ eventId: Type.String(), type: Type.String(), summary: Type.String(), features: Type.Array(FeatureFinding) }),
    evidence: Type.Optional(
      Type.Object({
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
      }),
    ),
    dataWindow: Type.Object({ start: Timestamp, end: Timestamp }),
    expiresAt: Timestamp,
  },
);

/** No version at hand can help: the world moved. One request per model and cause. */
export type RetrainingRequested = Static<typeof RetrainingRequested>;
