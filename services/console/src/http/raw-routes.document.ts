import { ingestPaths } from './ingest.document.js';

type Operation = Record<string, unknown>;

const problem: Operation = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } } };
const problems = (...statuses: readonly [number, string][]): Operation =>
  Object.fromEntries(statuses.map(([status, description]) => [status, { description, ...problem }]));
const text = { type: 'string' };
const query = (name: string, description: string): Operation => ({ name, in: 'query', required: false, description, schema: text });

const login: Operation = {
  tags: ['sessions'],
  security: [],
  summary: 'Log in with the token of a one-time link, or with a key; the session is a cookie that pages cannot read',
  requestBody: {
    required: true,
    content: { 'application/json': { schema: { type: 'object', properties: { token: text, key: text } } } },
  },
  responses: {
    200: {
      description: 'Who logged in, with which roles, until when',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['principal', 'roles'],
            properties: {
              principal: { type: 'object' },
              roles: { type: 'array', items: text },
              expiresAt: { ...text, format: 'date-time' },
            },
          },
        },
      },
    },
    ...problems([400, 'Neither token nor key'], [401, 'Not known, used before, or expired']),
  },
};

const live: Operation = {
  tags: ['events'],
  summary: 'New events as they are read, as server-sent events',
  description:
    'Each message has the event’s position as its id: a client that comes back with Last-Event-ID goes on behind it. `skipped` tells a reader that was too slow how many it lost. `end` is the last word of a stream whose key or session ended or lost its rights, and says which.',
  'x-permission': 'events.read',
  parameters: [
    query('topic', 'names of topics, separated by commas'),
    query('text', 'only events whose data holds this text'),
    query('project', 'only events of this project; a browser cannot send the header here'),
    query('from', 'position after which to begin; default: now'),
    { name: 'Last-Event-ID', in: 'header', required: false, schema: text },
  ],
  responses: {
    200: { description: 'A stream', content: { 'text/event-stream': { schema: text } } },
    ...problems([401, 'No valid key or session']),
  },
};

const traces: Operation = {
  tags: ['traces'],
  summary: 'Take spans, OTLP over HTTP with JSON; up to 8 MiB',
  'x-permission': 'traces.write',
  requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
  responses: {
    200: { description: 'Taken' },
    ...problems([400, 'Not OTLP'], [401, 'No valid key'], [403, 'Only services may send'], [413, 'Too large']),
  },
};

/** OpenAPI paths of the routes that are registered on Fastify itself; what is forwarded stands in its owner's document. */
export function rawPaths(): Record<string, Operation> {
  return {
    '/auth/login': { post: login },
    '/auth/logout': {
      post: {
        tags: ['sessions'],
        security: [],
        summary: 'End the session',
        responses: { 204: { description: 'Ended, or there was none' } },
      },
    },
    '/api/v1/events/live': { get: live },
    '/otlp/v1/traces': { post: traces },
    ...ingestPaths,
  };
}
