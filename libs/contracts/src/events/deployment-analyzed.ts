import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { GuardCheck, GuardVerdict, Timestamp } from '../schema-parts.js';

export const DeploymentAnalyzed = eventSchema('deployment.analyzed', 'The arms were compared over closed windows of the same period.', {
  deploymentId: Type.String(),
  endpointId: Type.String(),
  endpoint: Type.String(),
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  step: Type.Integer({ minimum: 0 }),
  verdict: GuardVerdict,
  checks: Type.Array(GuardCheck),
  windowIds: Type.Array(Type.String()),
  period: Type.Optional(Type.Object({ start: Timestamp, end: Timestamp })),
  summary: Type.String(),
});

/** The arms were compared over closed windows of the same period. */
export type DeploymentAnalyzed = Static<typeof DeploymentAnalyzed>;
