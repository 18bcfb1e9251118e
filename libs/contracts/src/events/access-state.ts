import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Sha256, Timestamp } from '../schema-parts.js';

export const AccessState = eventSchema(
  'access.state',
  'An API key as services need it: a hash, a principal and roles (compacted). Never the key itself.',
  {
    keyId: Type.String(),
    sha256: Sha256,
    principal: Type.Object({ kind: Type.Union([Type.Literal('person'), Type.Literal('machine')]), id: Type.String(), name: Type.String() }),
    roles: Type.Array(Type.String()),
    expiresAt: Type.Optional(Timestamp),
    revokedAt: Type.Optional(Timestamp),
  },
);

/** An API key as services need it: a hash, a principal and roles (compacted). Never the key itself. */
export type AccessState = Static<typeof AccessState>;
