import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Actor, Sha256, Timestamp } from '../schema-parts.js';

export const ApprovalRequested = eventSchema('approval.requested', 'Persons are asked to approve a version for an environment.', {
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  approvalId: Type.String(),
  environment: Type.String(),
  bindsTo: Type.Object({
    artifactSha256: Sha256,
    policyVersion: Type.String(),
    environment: Type.String(),
    evidenceIds: Type.Array(Type.String()),
  }),
  requestedBy: Actor,
  author: Actor,
  needed: Type.Integer({ minimum: 1 }),
  expiresAt: Timestamp,
});

/** Persons are asked to approve a version for an environment. */
export type ApprovalRequested = Static<typeof ApprovalRequested>;
