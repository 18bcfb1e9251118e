import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentResumed = eventSchema('deployment.resumed', 'The rollout goes on.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  reason: Type.String(),
});

/** The rollout goes on. */
export type DeploymentResumed = Static<typeof DeploymentResumed>;
