import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Problem } from '@drawbridge/contracts';
import { expectAllRoutesGuarded, http, type HttpClient } from '@drawbridge/testing';
import type { RunningService } from '../src/index.js';
import { type Harness, harness } from './harness.js';

let h: Harness;
let service: RunningService;
let operator: HttpClient;

beforeAll(async () => {
  h = await harness('service-http');
  service = await h.start();
  operator = http(service.url, h.box.keys.operator);
}, 120_000);

afterAll(async () => {
  await h?.stop();
});

describe('a service over HTTP', () => {
  test('says that it is alive and ready, with every check by name', async () => {
    const ready = await http(service.url).get<{ status: string; checks: { name: string; ok: boolean }[] }>('/health/ready');
    expect(ready.body).toMatchObject({ status: 'ready' });
    expect(ready.body.checks.map((check) => check.name)).toEqual(['database', 'outbox', 'kafka', 'access', 'consumer']);
    expect((await http(service.url).get('/health/live')).status).toBe(200);
  });

  test('guards every route against no, unknown, expired, revoked and powerless keys', async () => {
    expect(await expectAllRoutesGuarded({ url: service.url, keys: h.box.keys })).toBeGreaterThan(10);
  });

  test('creates, announces and answers with location', async () => {
    const answer = await operator.post('/api/v1/notes', { name: 'first', size: 1 });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/api/v1/notes/first');
    const [event] = await h.box.collect('retraining.requested', (events) => events.length > 0);
    expect(event?.data).toMatchObject({ model: 'first', sequence: 1, actor: { type: 'person', id: 'person-operator' } });
  });

  test('acts once per idempotency key, also when two requests race', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const [one, two] = await Promise.all([
      operator.post('/api/v1/notes', { name: 'raced', size: 2 }, { headers }),
      operator.post('/api/v1/notes', { name: 'raced', size: 2 }, { headers }),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body).toEqual(two.body);
    expect([one, two].filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(1);
    const later = await operator.post('/api/v1/notes', { name: 'raced', size: 2 }, { headers });
    expect(later.headers.get('location')).toBe('/api/v1/notes/raced');
    const other = await operator.post<Problem>('/api/v1/notes', { name: 'other', size: 2 }, { headers });
    expect(other).toMatchObject({ status: 422, body: { code: 'DBR-IDEMPOTENCY-MISMATCH' } });
  });

  test('a refused request frees its idempotency key', async () => {
    const headers = { 'idempotency-key': 'key-2' };
    const refused = await operator.post('/api/v1/notes', { name: 'first', size: 2 }, { headers });
    expect(refused.status).toBe(409);
    expect((await operator.post('/api/v1/notes', { name: 'fresh', size: 2 }, { headers })).status).toBe(201);
  });

  test.each<[string, unknown, { field: string; message: RegExp }]>([
    ['a missing field', { name: 'x' }, { field: 'size', message: /must be an integer/ }],
    ['a wrong type', { name: 'x', size: 'many' }, { field: 'size', message: /must be an integer/ }],
    ['an unknown field', { name: 'x', size: 1, colour: 'red' }, { field: 'colour', message: /not a known field; known are name, size/ }],
    ['an array', [1], { field: '(body)', message: /must be a JSON object/ }],
  ])('%s is refused by name', async (_, body, expected) => {
    const { status, body: problem } = await operator.post<Problem>('/api/v1/notes', body);
    expect(status).toBe(400);
    expect(problem.errors).toContainEqual({ field: expected.field, message: expect.stringMatching(expected.message) });
    expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each<[string, string | Buffer, string, number, string]>([
    ['malformed JSON', '{"name": ', 'application/json', 400, 'DBR-MALFORMED-JSON'],
    ['no body at all', '', 'application/json', 400, 'DBR-MALFORMED-JSON'],
    ['a prototype in JSON', '{"__proto__": {"admin": true}}', 'application/json', 400, 'DBR-MALFORMED-JSON'],
    ['another content type', 'name=x', 'text/csv', 415, 'DBR-CONTENT-TYPE'],
    ['five mebibytes', Buffer.alloc(5 * 1024 * 1024, 'a'), 'application/json', 413, 'DBR-BODY-TOO-LARGE'],
  ])('%s is a problem, not a failure', async (_, body, contentType, status, code) => {
    const answer = await operator.raw<Problem>('POST', '/api/v1/notes', body, { headers: { 'content-type': contentType } });
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('unknown addresses and wrong ids are problems too', async () => {
    expect(await operator.get('/api/v1/nothing')).toMatchObject({ status: 404, body: { code: 'DBR-NOT-FOUND' } });
    expect(await operator.get('/api/v1/dead-letters/x')).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } });
    expect(await operator.get('/%zz')).toMatchObject({ status: 400, body: { code: 'DBR-HTTP-400', requestId: expect.any(String) } });
    const long = await operator.post<Problem>(`/api/v1/notes/${'x'.repeat(400)}/touch`);
    expect(long).toMatchObject({ status: 414, body: { code: 'DBR-HTTP-414' } });
    expect(await operator.put('/api/v1/notes', {})).toMatchObject({ status: 404, body: { code: 'DBR-NOT-FOUND' } });
  });

  test('a failure inside tells nothing about the inside', async () => {
    const { status, body } = await operator.get<Problem>('/api/v1/notes/boom');
    expect(status).toBe(500);
    expect(body.code).toBe('DBR-INTERNAL');
    expect(JSON.stringify(body)).not.toMatch(/inside of the service|at .*\.ts/);
  });

  test('pages by keyset and refuses foreign tokens and sorts', async () => {
    for (const name of ['p1', 'p2', 'p3']) await operator.post('/api/v1/notes', { name, size: 1 });
    const names: string[] = [];
    let token = '';
    do {
      const page = await operator.get<{ items: { name: string }[]; nextPageToken?: string }>(`/api/v1/notes?limit=2&pageToken=${token}`);
      names.push(...page.body.items.map((item) => item.name));
      token = page.body.nextPageToken ?? '';
    } while (token !== '');
    expect(names).toEqual([...names].toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']));
    expect(await operator.get('/api/v1/notes?pageToken=nonsense!')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'pageToken' }] },
    });
    expect(await operator.get('/api/v1/notes?sort=colour')).toMatchObject({ status: 400, body: { errors: [{ field: 'sort' }] } });
    expect(await operator.get('/api/v1/notes?limit=9999')).toMatchObject({ status: 400, body: { errors: [{ field: 'limit' }] } });
    expect(await operator.get('/api/v1/notes?colour=red')).toMatchObject({ status: 400, body: { errors: [{ field: 'colour' }] } });
  });

  test('refuses foreign hosts and foreign pages', async () => {
    const viewer = http(service.url, h.box.keys.viewer);
    const foreign = await operator.post('/api/v1/notes', { name: 'evil', size: 1 }, { headers: { origin: 'https://evil.example' } });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'DBR-ORIGIN-NOT-ALLOWED' } });
    const own = await operator.post('/api/v1/notes/a/touch', undefined, { headers: { origin: service.url } });
    expect(own.status).toBe(202);
    const denied = await viewer.post<Problem>('/api/v1/notes', { name: 'v', size: 1 });
    expect(denied.body).toMatchObject({ status: 403, code: 'DBR-FORBIDDEN', why: expect.stringContaining('operator') });
  });

  test('takes Basic credentials, and says how many requests are too many', async () => {
    const slow = await h.start({}, { DRAWBRIDGE_RATE_LIMIT_PER_SECOND: '1', DRAWBRIDGE_RATE_LIMIT_BURST: '2' });
    const basic = { authorization: `Basic ${Buffer.from(`ada:${h.box.keys.viewer}`).toString('base64')}` };
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await http(slow.url).get<Problem>('/api/v1/notes', { headers: basic }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429, 429]);
    expect(answers[2]?.headers.get('retry-after')).toBe('1');
    expect(answers[2]?.body).toMatchObject({ code: 'DBR-RATE-LIMIT', retryable: true });
    // Others are not affected, nor are health checks.
    expect((await http(slow.url, h.box.keys.operator).get('/api/v1/notes')).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await http(slow.url).get('/health/live')).status).toBe(200);
    await slow.stop();
  });

  test('serves its documents', async () => {
    const open = http(service.url);
    const openApi = await open.get<{ paths: Record<string, object> }>('/api/v1/openapi.json');
    expect(Object.keys(openApi.body.paths)).toEqual(expect.arrayContaining(['/api/v1/notes', '/api/v1/dead-letters/{id}/replay']));
    expect(openApi.body.paths['/api/v1/notes']).toMatchObject({ post: { 'x-permission': 'deployments.write' } });
    expect((await open.get('/schemas/model.registered/1.json')).body).toMatchObject({ title: 'model.registered' });
    expect((await open.get('/schemas/nothing/1.json')).status).toBe(404);
    expect((await open.get('/asyncapi.json')).body).toMatchObject({ asyncapi: '3.0.0' });
    expect((await open.get<string>('/metrics')).body).toContain('drawbridge_deployment_http_request_duration_seconds');
    const events = await operator.get<{ items: { topic: string }[] }>(
      '/api/v1/outbox/events?source=/drawbridge/test/deployment/notes/first',
    );
    expect(events.body.items).toHaveLength(1);
  });
});
