import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentPromoted = eventSchema('deployment.promoted', 'The version has all of the traffic.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  from: Type.Union([Type.String(), Type.Null()]),
  durationMs: Type.Integer({ minimum: 0 }),
  reason: Type.String(),
});

/** The version has all of the traffic. */
export type DeploymentPromoted = Static<typeof DeploymentPromoted>;
