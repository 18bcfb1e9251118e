import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';

export const ModelCreated = eventSchema('model.created', 'A model was created: the name under which versions are registered.', {
  modelId: Type.String(),
  model: Type.String(),
  owner: Type.String(),
  description: Type.String(),
  riskClass: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]),
});

/** A model was created: the name under which versions are registered. */
export type ModelCreated = Static<typeof ModelCreated>;
