import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { ArtifactRef, Signature, Variant } from '../schema-parts.js';

export const EndpointState = eventSchema('endpoint.state', 'The routing of an endpoint as it stands now (compacted).', {
  endpointId: Type.String(),
  endpoint: Type.String(),
  environment: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  targets: Type.Array(
    Type.Object({
      version: Type.String(),
      weight: Type.Integer({ minimum: 0, maximum: 100 }),
      variant: Variant,
      deploymentId: Type.String(),
      artifact: ArtifactRef,
      signature: Signature,
    }),
  ),
  rollout: Type.Optional(
    Type.Object({
      deploymentId: Type.String(),
      status: Type.String(),
      step: Type.Integer({ minimum: 0 }),
      steps: Type.Integer({ minimum: 0 }),
    }),
  ),
});

/** The routing of an endpoint as it stands now (compacted). */
export type EndpointState = Static<typeof EndpointState>;
