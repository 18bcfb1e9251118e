import { type Static, Type } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { Actor, ArtifactRef, ContentRef, Signature } from '../schema-parts.js';

export const ModelRegistered = eventSchema('model.registered', 'A version was registered with its evidence. It never changes afterwards.', {
  modelId: Type.String(),
  model: Type.String(),
  version: Type.String({ minLength: 1 }),
  artifact: ArtifactRef,
  signature: Signature,
  flavour: Type.String(),
  author: Actor,
  runId: Type.Optional(Type.String()),
  runUrl: Type.Optional(Type.String()),
  gitCommit: Type.Optional(Type.String()),
  gitUrl: Type.Optional(Type.String()),
  datasets: Type.Array(
    Type.Object({
      name: Type.String(),
      digest: Type.String(),
      rows: Type.Optional(Type.Integer({ minimum: 0 })),
      role: Type.Optional(Type.String()),
    }),
  ),
  metrics: Type.Record(Type.String(), Type.Number()),
  parameters: Type.Record(Type.String(), Type.String()),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
  riskClass: Type.Optional(Type.String()),
  baselineRef: Type.Optional(ContentRef),
});

/** A version was registered with its evidence. It never changes afterwards. */
export type ModelRegistered = Static<typeof ModelRegistered>;
