import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Actor, Sha256, Timestamp } from '../schema-parts.js';

export const ModelState = eventSchema('model.state', 'The model as it stands now (compacted).', {
  modelId: Type.String(),
  model: Type.String(),
  owner: Type.String(),
  description: Type.String(),
  riskClass: Type.String(),
  aliases: Type.Record(Type.String(), Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  versions: Type.Array(
    Type.Object({
      version: Type.String(),
      sha256: Sha256,
      bytes: Type.Integer({ minimum: 0 }),
      format: Type.String(),
      createdAt: Timestamp,
      author: Actor,
      hasBaseline: Type.Boolean(),
    }),
  ),
});

/** The model as it stands now (compacted). */
export type ModelState = Static<typeof ModelState>;
