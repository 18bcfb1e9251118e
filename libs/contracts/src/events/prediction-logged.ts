import { type Static, Type } from '@sinclair/typebox';
import { Timestamp, Variant } from '../schema-parts.js';

const Value = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);

/**
 * One answered (or failed) request, written by a model server or by any Kafka client. All headers are optional.
 * Either `model` with `version`, or `deploymentId`, says which model answered.
 */
export const PredictionLogged = Type.Object(
  {
    predictionId: Type.String({ minLength: 1, maxLength: 200, description: 'also the Kafka key; repeats are counted once' }),
    time: Timestamp,
    model: Type.Optional(Type.String({ minLength: 1 })),
    version: Type.Optional(Type.String({ minLength: 1 })),
    deploymentId: Type.Optional(Type.String({ minLength: 1 })),
    endpoint: Type.Optional(Type.String({ minLength: 1 })),
    project: Type.Optional(Type.String({ minLength: 1, default: 'default' })),
    output: Type.Object({
      value: Type.Optional(Value),
      class: Type.Optional(Type.String()),
      /** A number between 0 and 1 for a binary model; per class otherwise. */
      score: Type.Optional(Type.Number()),
      scores: Type.Optional(Type.Record(Type.String(), Type.Number())),
    }),
    features: Type.Optional(Type.Record(Type.String(), Value)),
    variant: Type.Optional(Variant),
    latencyMs: Type.Optional(Type.Number({ minimum: 0 })),
    status: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('error')])),
    errorCode: Type.Optional(Type.String()),
    subjectKey: Type.Optional(Type.String()),
    segments: Type.Optional(Type.Record(Type.String(), Type.String())),
    sampleRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    /** Predictions this producer had to drop since its last message. */
    dropped: Type.Optional(Type.Integer({ minimum: 0 })),
    schemaVersion: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
  },
  {
    $id: '/schemas/prediction.logged/1.json',
    title: 'prediction.logged',
    description: 'One answered or failed request.',
    additionalProperties: true,
    anyOf: [{ required: ['model', 'version'] }, { required: ['deploymentId'] }],
  },
);
export type PredictionLogged = Static<typeof PredictionLogged>;
