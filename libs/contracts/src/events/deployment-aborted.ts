import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentAborted = eventSchema('deployment.aborted', 'A person stopped the rollout.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  to: Type.Union([Type.String(), Type.Null()]),
  durationMs: Type.Integer({ minimum: 0 }),
  reason: Type.String(),
});

/** A person stopped the rollout. */
export type DeploymentAborted = Static<typeof DeploymentAborted>;
