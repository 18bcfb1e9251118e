import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Timestamp, Variant } from '../schema-parts.js';

export const TrafficChanged = eventSchema(
  'traffic.changed',
  'The shares of an endpoint changed: what decides which version a request gets.',
  {
    endpointId: Type.String(),
    endpoint: Type.String(),
    modelId: Type.String(),
    model: Type.String(),
    weights: Type.Array(
      Type.Object({
        version: Type.String(),
        weight: Type.Integer({ minimum: 0, maximum: 100 }),
        variant: Variant,
        deploymentId: Type.Optional(Type.String()),
      }),
    ),
    validFrom: Timestamp,
    reason: Type.String(),
  },
);

/** The shares of an endpoint changed: what decides which version a request gets. */
export type TrafficChanged = Static<typeof TrafficChanged>;
