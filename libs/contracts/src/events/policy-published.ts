import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Sha256 } from '../schema-parts.js';

export const PolicyPublished = eventSchema('policy.published', 'A version of a policy is in force.', {
  policyId: Type.String(),
  name: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  digest: Sha256,
  mode: Type.Union([Type.Literal('off'), Type.Literal('observe'), Type.Literal('enforce')]),
  environments: Type.Array(Type.String()),
});

/** A version of a policy is in force. */
export type PolicyPublished = Static<typeof PolicyPublished>;
