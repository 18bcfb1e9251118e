import { MAX_EVENTS } from '../domain/ingest/batch.js';
import { MAX_BATCH } from '../domain/ingest/cloud-event.js';
import { ingestTopics } from '../domain/ingest/event-check.js';

type Operation = Record<string, unknown>;

const text = { type: 'string' };
const count = (description: string): Operation => ({ type: 'integer', minimum: 0, description });
const answer = (description: string, properties: Record<string, Operation>): Operation => ({
  description,
  content: { 'application/json': { schema: { type: 'object', required: Object.keys(properties), properties } } },
});
const problem: Operation = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } } };
const retry: Operation = { headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } }, ...problem };
const refusals: Record<string, Operation> = {
  400: { description: 'Something in it is wrong; `errors` names each place. Nothing was taken', ...problem },
  401: { description: 'No valid key', ...problem },
  403: { description: 'The key may not write predictions', ...problem },
  413: { description: 'Larger than 4 MiB', ...problem },
};
const query = (name: string, description: string): Operation => ({ name, in: 'query', required: false, description, schema: text });

const batch: Operation = {
  tags: ['ingest'],
  summary: 'Predictions and labels for producers without Kafka',
  description: `Up to ${MAX_EVENTS} events in 4 MiB. All are checked before any is sent: one that is wrong refuses the request. Answers when Kafka has them. A repeat of the same events is counted once: a prediction by its id, a label by the highest revision. Events without a project get that of the header X-Drawbridge-Project.`,
  'x-permission': 'predictions.write',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['events'],
          additionalProperties: false,
          properties: {
            events: {
              type: 'array',
              minItems: 1,
              maxItems: MAX_EVENTS,
              items: {
                oneOf: ingestTopics.map((topic) => ({
                  type: 'object',
                  required: ['topic', 'data'],
                  additionalProperties: false,
                  properties: { topic: { const: topic }, data: { $ref: `/schemas/${topic}/1.json` } },
                })),
              },
            },
          },
        },
      },
    },
  },
  responses: {
    200: answer('Kafka has all of them', { accepted: count('events') }),
    ...refusals,
    415: { description: 'Not JSON', ...problem },
    429: { description: 'Too much is under way. Nothing was taken', ...retry },
    503: { description: 'Kafka did not acknowledge; send the same events again', ...retry },
  },
};

const cloudEvent: Operation = {
  tags: ['ingest'],
  summary: 'Requests and responses of a payload logger, as KServe sends them',
  description: `CloudEvents 1.0 of the types org.kubeflow.serving.inference.request and .response, in binary, structured or batched mode (up to ${MAX_BATCH}). Both halves of an exchange have the same id and may come in any order; when both are there, each row becomes one prediction with that id, or with the id and the number of the row. Answers when what came is stored. What is not in the payload may stand in the address or in annotations drawbridge.io/<name>.`,
  'x-permission': 'predictions.write',
  parameters: [
    query('project', 'default: the header X-Drawbridge-Project, else `default`'),
    query('model', 'default: the name in the response, else the inference service'),
    query('version', 'default: the version in the response'),
    query('endpoint', 'endpoint of Drawbridge that the model answers for'),
    query('features', 'names of values that come in a list, separated by commas'),
  ],
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: { type: 'object', description: 'Open Inference v1 or v2; the attributes stand in headers ce-…' } },
      'application/cloudevents+json': { schema: { type: 'object' } },
      'application/cloudevents-batch+json': { schema: { type: 'array', maxItems: MAX_BATCH, items: { type: 'object' } } },
    },
  },
  responses: {
    200: answer('Stored', {
      waiting: count('halves whose other half has not come'),
      joined: count('exchanges that are whole now'),
      repeated: count('halves that had come before'),
    }),
    ...refusals,
    429: { description: 'Too much waits or is under way. Nothing was taken', ...retry },
    503: { description: 'The database does not answer. Nothing was taken', ...retry },
  },
};

/** OpenAPI paths of the HTTP ingest. */
export const ingestPaths: Record<string, Operation> = {
  '/api/v1/events/batch': { post: batch },
  '/ingest/cloudevents': { post: cloudEvent },
};
