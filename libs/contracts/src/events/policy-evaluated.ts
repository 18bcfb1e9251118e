import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const PolicyEvaluated = eventSchema('policy.evaluated', 'A policy was asked and gave its verdict with the reason of every rule.', {
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  decisionId: Type.String(),
  action: Type.Union([Type.Literal('version.register'), Type.Literal('deployment.request')]),
  environment: Type.String(),
  deploymentId: Type.Optional(Type.String()),
  verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('needs-approval')]),
  rules: Type.Array(
    Type.Object({
      id: Type.String(),
      result: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('error'), Type.Literal('needs-approval')]),
      why: Type.String(),
      missingEvidence: Type.Optional(Type.Array(Type.String())),
    }),
  ),
  policy: Type.Object({ policyId: Type.String(), name: Type.String(), version: Type.Integer({ minimum: 0 }), digest: Type.String() }),
  approvalId: Type.Optional(Type.String()),
  inputsDigest: Type.String(),
});

/** A policy was asked and gave its verdict with the reason of every rule. */
export type PolicyEvaluated = Static<typeof PolicyEvaluated>;
