import { type Static, Type } from '@sinclair/typebox';

const Value = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);

/**
 * One answered (or failed) request, written by a model server or by any Kafka client. All headers are optional.
 * Either `model` with `version`, or `deploymentId`, says which model answered.
 */
export const PredictionLogged = Type.Object(
  {
    predictionId: Type.String({ minLength: 1, maxLength: 200, description: 'also the Kafka key; repeats are counted once' }),
    time: Type.String({ format: 'date-time', description: 'when the request was answered, event time; windows run on it' }),
    model: Type.Optional(Type.String({ minLength: 1, description: 'name of the model, with `version`' })),
    version: Type.Optional(Type.String({ minLength: 1, description: 'the version that answered, as text' })),
    deploymentId: Type.Optional(Type.String({ minLength: 1, description: 'in place of `model` and `version`' })),
    endpoint: Type.Optional(Type.String({ minLength: 1, description: 'when absent, the newest monitor of the version takes the row' })),
    project: Type.Optional(
      Type.String({ minLength: 1, default: 'default', description: 'whose model and whose prediction id; absent: `default`' }),
    ),
    output: Type.Object(
      {
        value: Type.Optional(Value),
        class: Type.Optional(Type.String()),
        score: Type.Optional(Type.Number({ description: 'of the positive class, 0 to 1' })),
        scores: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: 'by class' })),
      },
      { description: 'what the model answered; empty for an error' },
    ),
    features: Type.Optional(Type.Record(Type.String(), Value, { description: 'inputs by name, as the model saw them; null is missing' })),
    variant: Type.Optional(
      Type.Union([Type.Literal('stable'), Type.Literal('candidate'), Type.Literal('shadow')], { description: 'arm that answered' }),
    ),
    latencyMs: Type.Optional(Type.Number({ minimum: 0, description: 'time to answer, in milliseconds' })),
    status: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('error')], { description: 'default ok' })),
    errorCode: Type.Optional(Type.String({ description: 'why it failed, when the status is error' })),
    subjectKey: Type.Optional(Type.String({ description: 'pseudonym of whom it concerns; never a name' })),
    segments: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'parts of the traffic it belongs to, by key; windows count by the keys that their monitor declares',
      }),
    ),
    sampleRate: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'share of requests that is logged; reported, never used as a weight' }),
    ),
    dropped: Type.Optional(Type.Integer({ minimum: 0, description: 'predictions that this producer had to drop since its last message' })),
    schemaVersion: Type.Optional(Type.String({ description: 'version of the features’ schema, for its owner' })),
    id: Type.Optional(Type.String({ description: 'as in other events; predictionId is what counts' })),
    type: Type.Optional(Type.String({ description: 'as in other events' })),
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
