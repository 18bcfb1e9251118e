import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { ContentRef, MonitorSettings, RolloutStrategy, Sha256 } from '../schema-parts.js';

export const DeploymentStarted = eventSchema('deployment.started', 'A rollout began; comparison windows open.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  environment: Type.String(),
  from: Type.Union([Type.Object({ version: Type.String() }), Type.Null()]),
  to: Type.Object({ version: Type.String(), artifactSha256: Sha256 }),
  baselineRef: Type.Optional(ContentRef),
  strategy: RolloutStrategy,
  monitoring: Type.Optional(MonitorSettings),
});

/** A rollout began; comparison windows open. */
export type DeploymentStarted = Static<typeof DeploymentStarted>;
