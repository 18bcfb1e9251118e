import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Actor, RolloutStrategy, Sha256 } from '../schema-parts.js';

export const DeploymentRequested = eventSchema('deployment.requested', 'Somebody wants a version on an endpoint. It may be refused.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  environment: Type.String(),
  artifactSha256: Sha256,
  strategy: RolloutStrategy,
  requestedBy: Actor,
});

/** Somebody wants a version on an endpoint. It may be refused. */
export type DeploymentRequested = Static<typeof DeploymentRequested>;
