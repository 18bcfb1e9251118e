import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Sha256, Timestamp } from '../schema-parts.js';

export const ApprovalClosed = eventSchema('approval.closed', 'The question is settled, or no longer holds.', {
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  approvalId: Type.String(),
  environment: Type.String(),
  status: Type.Union([Type.Literal('approved'), Type.Literal('rejected'), Type.Literal('expired'), Type.Literal('voided')]),
  reason: Type.String(),
  voidedBy: Type.Optional(Type.String()),
  bindsTo: Type.Object({
    artifactSha256: Sha256,
    policyVersion: Type.String(),
    environment: Type.String(),
    evidenceIds: Type.Array(Type.String()),
  }),
  expiresAt: Timestamp,
});

/** The question is settled, or no longer holds. */
export type ApprovalClosed = Static<typeof ApprovalClosed>;
