import { type Static, Type } from '@sinclair/typebox';
import { Timestamp } from '../schema-parts.js';

/** What really happened, known later. The highest `revision` of a prediction wins. */
export const LabelReceived = Type.Object(
  {
    predictionId: Type.String({ minLength: 1, maxLength: 200, description: 'also the Kafka key' }),
    value: Type.Union([Type.Number(), Type.String(), Type.Boolean()]),
    observedAt: Timestamp,
    revision: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    source: Type.Optional(Type.String()),
    retracted: Type.Optional(Type.Boolean()),
    project: Type.Optional(Type.String({ minLength: 1, default: 'default' })),
  },
  {
    $id: '/schemas/label.received/1.json',
    title: 'label.received',
    description: 'The outcome of an earlier prediction.',
    additionalProperties: true,
  },
);
export type LabelReceived = Static<typeof LabelReceived>;
