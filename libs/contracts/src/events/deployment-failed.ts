import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentFailed = eventSchema('deployment.failed', 'The rollout could not go on.', {
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

/** The rollout could not go on. */
export type DeploymentFailed = Static<typeof DeploymentFailed>;
