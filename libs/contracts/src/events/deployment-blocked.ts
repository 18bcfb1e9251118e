import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const DeploymentBlocked = eventSchema('deployment.blocked', 'The gate said no, with its reasons.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  environment: Type.String(),
  decisionId: Type.Optional(Type.String()),
  reasons: Type.Array(Type.String()),
});

/** The gate said no, with its reasons. */
export type DeploymentBlocked = Static<typeof DeploymentBlocked>;
