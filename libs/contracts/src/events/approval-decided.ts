import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Actor } from '../schema-parts.js';

export const ApprovalDecided = eventSchema('approval.decided', 'One person answered.', {
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String(),
  approvalId: Type.String(),
  environment: Type.String(),
  decision: Type.Union([Type.Literal('approved'), Type.Literal('rejected'), Type.Literal('abstained')]),
  responder: Actor,
  comment: Type.String(),
  remaining: Type.Integer({ minimum: 0 }),
});

/** One person answered. */
export type ApprovalDecided = Static<typeof ApprovalDecided>;
