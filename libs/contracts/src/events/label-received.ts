import { type Static, Type } from '@sinclair/typebox';

/** What really happened, known later. The highest `revision` of a prediction wins. */
export const LabelReceived = Type.Object(
  {
    predictionId: Type.String({ minLength: 1, maxLength: 200, description: 'also the Kafka key' }),
    value: Type.Union([Type.Number(), Type.String(), Type.Boolean()], {
      description: 'what really happened, in the terms of output.value',
    }),
    observedAt: Type.String({ format: 'date-time', description: 'when it became known' }),
    revision: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'a correction carries a higher one; the highest holds' })),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'kept with the label; metrics do not use it yet' })),
    source: Type.Optional(Type.String({ description: 'where it comes from' })),
    retracted: Type.Optional(Type.Boolean({ description: 'true takes the label back' })),
    project: Type.Optional(
      Type.String({ minLength: 1, default: 'default', description: 'whose model and whose prediction id; absent: `default`' }),
    ),
  },
  {
    $id: '/schemas/label.received/1.json',
    title: 'label.received',
    description: 'The outcome of an earlier prediction.',
    additionalProperties: true,
  },
);
export type LabelReceived = Static<typeof LabelReceived>;
