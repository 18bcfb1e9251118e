import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Api, queryText } from './api.js';

/** Stands in for the faults of a network, which no real service makes on demand. */
type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function server(
  answer: Answer,
): Promise<{ api: (options?: { signal?: AbortSignal; key?: string }) => Api; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const http = createServer((request, response) => {
    seen.push(request);
    request.resume();
    request.on('end', () => answer(request, response, seen.length));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      http.closeAllConnections();
      http.close(() => resolve());
    });
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const signal = new AbortController().signal;
  return { seen, api: (options = {}) => new Api({ base, traceId: 'a'.repeat(32), signal, ...options }) };
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

test('a server that asks for patience gets it, with the same idempotency key and trace', async () => {
  const { api, seen } = await server((_request, response, count) =>
    count < 3 ? json(response, count === 1 ? 429 : 503, {}, { 'retry-after': '0' }) : json(response, 201, { ok: true }),
  );
  expect(await api({ key: 'db_a_b' }).post('/things', { a: 1 })).toEqual({ ok: true });
  expect(seen).toHaveLength(3);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
  expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer db_a_b', traceparent: expect.stringContaining('a'.repeat(32)) });
});

test('patience ends', async () => {
  const { api, seen } = await server((_request, response) =>
    json(response, 503, { code: 'DBR-DB-UNAVAILABLE', detail: 'away' }, { 'retry-after': '0' }),
  );
  await expect(api().get('/things')).rejects.toMatchObject({ exitCode: 7, object: { code: 'DBR-DB-UNAVAILABLE', retryable: true } });
  expect(seen).toHaveLength(4);
});

test('what must not happen twice is not repeated', async () => {
  const { api, seen } = await server((_request, response) => json(response, 503, {}, { 'retry-after': '0' }));
  await expect(api().post('/keys', {}, { repeatable: false })).rejects.toMatchObject({ exitCode: 7 });
  expect(seen).toHaveLength(1);
});

test('a connection that breaks is tried again, one that is refused is told at once', async () => {
  const { api, seen } = await server((request, response, count) =>
    count === 1 ? request.socket.resetAndDestroy() : json(response, 200, { ok: true }),
  );
  expect(await api().get('/things')).toEqual({ ok: true });
  expect(seen).toHaveLength(2);
  const known = api();
  await close?.();
  await expect(known.get('/things')).rejects.toMatchObject({ exitCode: 7, object: { code: 'DBR-UNREACHABLE' } });
});

test('an answer that breaks off is no answer', async () => {
  const { api } = await server((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"half":');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(api().get('/things')).rejects.toMatchObject({ exitCode: 7 });
});

test('a page of another program is not taken for Drawbridge', async () => {
  const { api } = await server((_request, response) => response.end('<html>router</html>'));
  await expect(api().get('/things')).rejects.toMatchObject({ exitCode: 1, object: { code: 'DBR-NOT-DRAWBRIDGE' } });
});

test('a redirect is not followed: it could carry the key away', async () => {
  const { api, seen } = await server((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  await expect(api({ key: 'db_a_b' }).get('/things')).rejects.toMatchObject({ exitCode: 7 });
  expect(seen.map(({ url }) => url)).toEqual(['/things']);
});

test('a server that never answers is given up', async () => {
  const { api } = await server(() => undefined);
  await expect(api().json('GET', '/things', { timeoutMs: 50 })).rejects.toMatchObject({
    exitCode: 7,
    object: { why: 'no answer within 0.05 s' },
  });
});

test('Ctrl C ends a request and a pause', async () => {
  const controller = new AbortController();
  const { api } = await server((_request, response) => {
    json(response, 503, {}, { 'retry-after': '20' });
    controller.abort();
  });
  await expect(api({ signal: controller.signal }).get('/things')).rejects.toMatchObject({ name: 'AbortError' });
});

/** How far a page of monitoring reaches. */
const fresh = (lag: number) => ({ asOf: '2026-03-05T12:00:00.000Z', projectedOffset: { 'prediction.logged': [7] }, lag, lagMs: 5 });

test('pages are followed up to the limit', async () => {
  const { api, seen } = await server((request, response) => {
    const start = Number(new URL(request.url ?? '', 'http://x').searchParams.get('pageToken') ?? 0);
    json(response, 200, { items: [start, start + 1], nextPageToken: String(start + 2), ...fresh(start) });
  });
  expect(await api().items('/things', { a: undefined, b: 'x' }, 3)).toEqual({ items: [0, 1, 2], more: true, fresh: fresh(0) });
  expect(seen.map(({ url }) => url)).toEqual(['/things?b=x&limit=3', '/things?b=x&limit=1&pageToken=2']);
});

test('a query leaves out what is undefined and repeats lists', () => {
  expect(queryText({ a: undefined, b: ['x', 'y z'], c: 0 })).toBe('?b=x&b=y+z&c=0');
  expect(queryText({})).toBe('');
});
