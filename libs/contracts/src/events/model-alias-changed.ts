import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const ModelAliasChanged = eventSchema('model.alias.changed', 'An alias of a model now points at another version, or at none.', {
  modelId: Type.String(),
  model: Type.String(),
  alias: Type.String(),
  fromVersion: Type.Optional(Type.String()),
  toVersion: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
});

/** An alias of a model now points at another version, or at none. */
export type ModelAliasChanged = Static<typeof ModelAliasChanged>;
