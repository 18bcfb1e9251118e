import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentPaused = eventSchema('deployment.paused', 'The rollout stands still.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  reason: Type.String(),
});

/** The rollout stands still. */
export type DeploymentPaused = Static<typeof DeploymentPaused>;
