import { type Static, Type } from '@sinclair/typebox';
import { PredictionLogged } from './prediction-logged.js';

const { predictionId, model, version, deploymentId, endpoint, project, variant, latencyMs, status, errorCode, subjectKey } =
  PredictionLogged.properties;
const { sampleRate, dropped, schemaVersion, output } = PredictionLogged.properties;
const { score } = output.properties;

/**
 * One row of many that were scored together: the columns of an Arrow table. A row means what the same row means as
 * `prediction.logged`. Null is an absent value. `project`, `model`, `version`, `deploymentId`, `endpoint` and `time` can
 * stand once for all rows, in the schema's metadata as `drawbridge.<name>`.
 */
export const PredictionBatchLogged = Type.Object(
  {
    predictionId,
    time: Type.String({
      format: 'date-time',
      description: 'when the row was scored, event time: a timestamp (without a zone: UTC), or RFC 3339 text',
    }),
    model,
    version,
    deploymentId,
    endpoint,
    project,
    'output.value': Type.Optional(
      Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()], { description: 'what the model answered' }),
    ),
    'output.class': Type.Optional(Type.String({ description: 'the class that the model chose' })),
    'output.score': score,
    'features.<name>': Type.Optional(
      Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()], {
        description: 'a column per input, as the model saw it; null and NaN are missing values',
      }),
    ),
    'segments.<name>': Type.Optional(Type.String({ description: 'a column per way to divide the traffic' })),
    variant,
    latencyMs,
    status,
    errorCode,
    subjectKey,
    sampleRate,
    dropped,
    schemaVersion,
  },
  {
    $id: '/schemas/prediction.batch.logged/1.json',
    title: 'prediction.batch.logged',
    description: 'Many predictions in one message, as an Arrow IPC stream. Described is one row, a field per column.',
    additionalProperties: true,
    anyOf: [{ required: ['model', 'version'] }, { required: ['deploymentId'] }],
  },
);
export type PredictionBatchLogged = Static<typeof PredictionBatchLogged>;
