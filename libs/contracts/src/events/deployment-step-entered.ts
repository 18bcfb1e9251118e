import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { RolloutStep, Variant } from '../schema-parts.js';

export const DeploymentStepEntered = eventSchema('deployment.step.entered', 'The rollout entered a step.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  step: Type.Integer({ minimum: 0 }),
  steps: Type.Integer({ minimum: 0 }),
  weights: Type.Array(
    Type.Object({
      version: Type.String(),
      weight: Type.Integer({ minimum: 0, maximum: 100 }),
      variant: Variant,
      deploymentId: Type.Optional(Type.String()),
    }),
  ),
  plan: RolloutStep,
});

/** The rollout entered a step. */
export type DeploymentStepEntered = Static<typeof DeploymentStepEntered>;
