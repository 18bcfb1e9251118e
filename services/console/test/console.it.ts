import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Page, type Problem, resourceOwners } from '@drawbridge/contracts';
import {
  aModelRegistered,
  eventually,
  expectAllRoutesGuarded,
  http,
  type HttpClient,
  type RunningChild,
  type Sandbox,
  sandbox,
} from '@drawbridge/testing';
import type { StoredEvent } from '../src/domain/stored-event.js';
import {
  aDeploymentPaused,
  aDeploymentStarted,
  aDriftDetected,
  anAliasChanged,
  anEndpointState,
  anIncident,
  aWindowClosed,
} from './mothers.js';
import { type EchoOwner, echoOwner } from './echo-owner.js';
import { openTail } from './tail-client.js';

const publicPaths = ['/*', '/assets/*', '/auth/login', '/auth/logout'];
const traceId = '0af7651916cd43dd8448eb211c80319c';

/** Real: the console as a process with Kafka and Postgres; the other services are silent, their events are sent by the test. */
describe('console', () => {
  let box: Sandbox;
  let service: RunningChild;
  let viewer: HttpClient;
  let operator: HttpClient;
  let machine: HttpClient;
  let owner: EchoOwner;
  let settings: Record<string, string>;

  beforeAll(async () => {
    box = await sandbox('console');
    await box.migrate('console');
    await box.seedAccess();
    owner = await echoOwner([box.keys.viewer, box.keys.operator]);
    settings = {
      DRAWBRIDGE_CONSOLE_MAX_SPANS: '500',
      DRAWBRIDGE_DEPLOYMENT_URL: owner.url,
      DRAWBRIDGE_CONSOLE_TRACES_URL: 'http://traces.example/{traceId}',
    };
    service = await box.startService('console', settings);
    viewer = service.http(box.keys.viewer);
    operator = service.http(box.keys.operator);
    machine = service.http(box.env('console')['DRAWBRIDGE_SERVICE_KEY']);
    await eventually('the keys to work', async () => (await viewer.get('/api/v1/platform/session')).status === 200);
  }, 120_000);

  afterAll(async () => {
    await box?.dispose();
    await owner?.close();
  });

  async function arrived(id: string): Promise<StoredEvent> {
    return eventually(`event ${id} to arrive`, async () => {
      const answer = await viewer.get<{ event: StoredEvent }>(`/api/v1/events/${id}`);
      return answer.status === 200 ? answer.body.event : undefined;
    });
  }

  test('every route is guarded, save the page itself, the log in and what other services guard', async () => {
    const { body } = await service.http(box.keys.admin).get<{ items: { path: string; forwarded?: boolean }[] }>('/api/v1/routes');
    const forwarded = body.items.filter((route) => route.forwarded === true).map(({ path }) => path.split('/')[3]);
    const own = new Set(['fleet', 'search', 'events', 'traces', 'platform', 'overview', 'projects', 'dead-letters']);
    expect(new Set(forwarded)).toEqual(new Set([...Object.keys(resourceOwners).filter((resource) => !own.has(resource)), 'services']));
    expect(await expectAllRoutesGuarded({ url: service.url, keys: box.keys, publicPaths })).toBeGreaterThan(30);
  }, 180_000);

  test('events are stored with their chain; relatives are causes up to the first and what followed', async () => {
    const key = 'model-chain';
    const root = await box.publish('model.registered', aModelRegistered({ modelId: key, model: 'chain' }), {
      key,
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    });
    const started = await box.publish('deployment.started', aDeploymentStarted('d-chain', 'chain'), {
      key: 'd-chain',
      chainId: root,
      causeId: root,
    });
    const closed = await box.publish('window.closed', aWindowClosed('m-chain', 'chain'), {
      key: 'm-chain',
      chainId: root,
      causeId: started,
    });
    const sibling = await box.publish('window.closed', aWindowClosed('m-chain', 'chain'), {
      key: 'm-chain',
      chainId: root,
      causeId: started,
    });
    const detected = await box.publish('drift.detected', aDriftDetected('m-chain', 'chain'), {
      key: 'm-chain',
      chainId: root,
      causeId: closed,
    });
    // Topics are read side by side.
    for (const id of [root, started, closed, sibling, detected]) await arrived(id);
    const { body } = await viewer.get<{ event: StoredEvent; relatives: StoredEvent[]; chainLength: number }>(`/api/v1/events/${closed}`);
    expect(new Set(body.relatives.map(({ id }) => id))).toEqual(new Set([root, started, closed, detected]));
    expect(body.relatives.map(({ id }) => id)).not.toContain(sibling);
    expect(body.chainLength).toBe(5);
    const inTrace = await viewer.get<{ spans: unknown[]; events: StoredEvent[] }>(`/api/v1/traces/${traceId}`);
    expect(inTrace.body.events.map(({ id }) => id)).toEqual([root]);
    expect(await viewer.get(`/api/v1/events/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`)).toMatchObject({ status: 404 });
  });

  test('lists are keyset pages with filters', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1)
      ids.push(
        await box.publish('window.closed', aWindowClosed('m-pages', 'pages', { n: index }), { key: 'm-pages', sequence: index + 1 }),
      );
    await arrived(ids[6] ?? '');
    const seen: string[] = [];
    let token: string | undefined = '';
    for (let pages = 0; token !== undefined && pages < 10; pages += 1) {
      const query = `key=m-pages&topic=window.closed,drift.detected&limit=3${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`;
      const answer: { body: Page<StoredEvent> } = await viewer.get<Page<StoredEvent>>(`/api/v1/events?${query}`);
      seen.push(...answer.body.items.map(({ id }) => id ?? ''));
      token = answer.body.nextPageToken;
    }
    expect(seen).toEqual(ids.toReversed());
    const byText = await viewer.get<Page<StoredEvent>>('/api/v1/events?text=m-pages&limit=200');
    expect(byText.body.items).toHaveLength(7);
    expect((await viewer.get<Page<StoredEvent>>('/api/v1/events?text=100%25_nothing')).body.items).toEqual([]);
    expect(await viewer.get<Problem>('/api/v1/events?pageToken=nonsense')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'pageToken' }] },
    });
    expect(await viewer.get<Problem>('/api/v1/events?limit=9999')).toMatchObject({ status: 400, body: { errors: [{ field: 'limit' }] } });
  });

  test('the overview shows what waits, who serves and what changed; an older event never overwrites a newer one', async () => {
    const ids: string[] = [];
    const published: typeof box.publish = async (...event) => {
      const id = await box.publish(...event);
      ids.push(id);
      return id;
    };
    const source = '/drawbridge/test/deployment/endpoints/e-1';
    await published('endpoint.state', anEndpointState('e-1', 'shop', 'd-1'), { key: 'e-1', source, sequence: 2 });
    await published('deployment.paused', aDeploymentPaused('d-1', 'churn'), { key: 'd-1', sequence: 3, source: '/s/d-1' });
    await published('window.closed', aWindowClosed('m-1', 'churn', { n: 4639, endpoint: 'shop' }), {
      key: 'm-1',
      sequence: 1,
      source: '/s/m-1',
    });
    await published('drift.detected', aDriftDetected('m-1', 'churn', 'shop'), { key: 'm-1', sequence: 2, source: '/s/m-1' });
    const opened = await published('incident.opened', anIncident('i-1', 'open'), { key: 'i-1', sequence: 1, source: '/s/i-1' });
    // Topics are read side by side.
    for (const id of ids) await arrived(id);
    const { body } = await viewer.get<{
      attention: { title: string; level: string }[];
      fleet: Record<string, unknown>[];
      changes: StoredEvent[];
    }>('/api/v1/overview');
    expect(body.attention.map(({ level, title }) => [level, title])).toEqual([
      ['bad', 'incident i-1'],
      ['watch', 'churn@2 on shop'],
    ]);
    expect(body.fleet).toEqual([
      expect.objectContaining({ endpoint: 'shop', traffic: [4639], rollout: expect.objectContaining({ status: 'paused' }) }),
    ]);
    expect(body.changes[0]).toMatchObject({ id: opened, topic: 'incident.opened' });
    // A message with a lower sequence than what is known came too late and changes nothing.
    await box.publish('deployment.started', aDeploymentStarted('d-1', 'churn'), { key: 'd-1', sequence: 1, source: '/s/d-1' });
    await box.publish('incident.resolved', anIncident('i-1', 'resolved'), { key: 'i-1', sequence: 2, source: '/s/i-1' });
    await eventually('the incident to leave the list', async () => {
      const { body: next } = await viewer.get<{ attention: { title: string }[] }>('/api/v1/overview');
      return next.attention.map(({ title }) => title).join() === 'churn@2 on shop';
    });
  });

  test('projects do not mix: fleet, changes, events, search and tail are those of the one that is asked about', async () => {
    const project = 'flights-1';
    const inIt = { headers: { 'x-drawbridge-project': project } };
    const tail = await openTail(service.url, box.keys.viewer, `topic=window.closed&project=${project}`);
    const state = await box.publish('endpoint.state', anEndpointState('e-9', 'shop', 'd-9'), {
      key: 'e-9',
      project,
      sequence: 1,
      source: '/s/e-9',
    });
    const other = await box.publish('window.closed', aWindowClosed('m-2', 'churn', { n: 1, endpoint: 'shop' }), {
      key: 'm-2',
      source: '/s/m-2',
      sequence: 1,
    });
    const closed = await box.publish('window.closed', aWindowClosed('m-9', 'churn', { n: 7, endpoint: 'shop' }), {
      key: 'm-9',
      project,
      sequence: 1,
      source: '/s/m-9',
    });
    const opened = await box.publish('incident.opened', anIncident('i-9', 'open'), { key: 'i-9', project, sequence: 1, source: '/s/i-9' });
    for (const id of [state, other, closed, opened]) await arrived(id);
    expect(await viewer.get('/api/v1/overview', inIt)).toMatchObject({
      body: {
        attention: [{ project, link: '/incidents/i-9' }],
        fleet: [{ project, endpoint: 'shop', traffic: [7], monitors: [{ monitorId: 'm-9' }] }],
        changes: [{ id: opened, project }],
      },
    });
    const listed = await viewer.get<Page<StoredEvent>>('/api/v1/events', inIt);
    expect(new Set(listed.body.items.map((event) => event.project))).toEqual(new Set([project]));
    const found = async (q: string): Promise<string[]> => {
      const { body } = await viewer.get<{ items: { id: string; project?: string }[] }>(`/api/v1/search?q=${q}`, inIt);
      return body.items.map((hit) => `${hit.project ?? ''}/${hit.id}`);
    };
    expect(await found('shop')).toEqual([`${project}/e-9`]);
    expect(await found('e-1')).toEqual(['default/e-1']);
    expect((await tail.events(1)).map(({ data }) => data.id)).toEqual([closed]);
    tail.close();
    const { body } = await viewer.get<{ items: { name: string; endpoints: number }[] }>('/api/v1/projects');
    expect(body.items.map(({ name, endpoints }) => [name, endpoints])).toEqual([
      ['default', 1],
      [project, 1],
    ]);
    expect(await viewer.get<Problem>('/api/v1/events', { headers: { 'x-drawbridge-project': 'No Name' } })).toMatchObject({ status: 400 });
  });

  test('events that are too old leave the read model when it starts again', async () => {
    const old = await box.publish('window.closed', aWindowClosed('m-old', 'old'), {
      key: 'm-old',
      time: new Date(Date.now() - 91 * 86_400_000),
    });
    const young = await box.publish('window.closed', aWindowClosed('m-old', 'old'), {
      key: 'm-old',
      time: new Date(Date.now() - 89 * 86_400_000),
    });
    await arrived(old);
    await arrived(young);
    await service.stop();
    service = await box.startService('console', settings);
    await eventually('the old event to be gone', async () => (await viewer.get(`/api/v1/events/${old}`)).status === 404);
    expect((await viewer.get(`/api/v1/events/${young}`)).status).toBe(200);
  });

  test('search finds by id and by a part of a name', async () => {
    const { body } = await viewer.get<{ items: { kind: string; id: string }[] }>('/api/v1/search?q=SHOP');
    expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'endpoint', id: 'e-1' })]));
    const trace = await viewer.get<{ items: { kind: string; id: string }[] }>(`/api/v1/search?q=${traceId}`);
    expect(trace.body.items[0]).toMatchObject({ kind: 'trace', id: traceId });
    expect(await viewer.get<Problem>('/api/v1/search?q=%20')).toMatchObject({ status: 400, body: { errors: [{ field: 'q' }] } });
  });

  test('a live tail sees what it asked for, resumes after its last id and misses nothing in between', async () => {
    const tail = await openTail(service.url, box.keys.viewer, 'topic=model.alias.changed');
    const change = (alias: string): Promise<string> => box.publish('model.alias.changed', anAliasChanged(alias), { key: 'm-tail' });
    const first = await change('one');
    await box.publish('window.closed', aWindowClosed('m-other', 'other'), { key: 'm-other' });
    const [seen] = await tail.events(1);
    expect(seen?.data.id).toBe(first);
    tail.close();
    const second = await change('two');
    const third = await change('three');
    await arrived(third);
    const again = await openTail(service.url, box.keys.viewer, 'topic=model.alias.changed', seen?.id);
    expect((await again.events(2)).map(({ data }) => data.id)).toEqual([second, third]);
    again.close();
    expect(await http(service.url).get('/api/v1/events/live')).toMatchObject({ status: 401 });
  });

  test('spans come from services only, stay within bounds and become a trace', async () => {
    const span = (spanId: string, id: string) => ({
      traceId: id,
      spanId,
      name: 'work',
      kind: 2,
      startTimeUnixNano: '1700000000000000000',
      endTimeUnixNano: '1700000000005000000',
    });
    const body = (spans: object[]) => ({
      resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'registry' } }] }, scopeSpans: [{ spans }] }],
    });
    const own = 'f'.repeat(32);
    expect(await operator.post<Problem>('/otlp/v1/traces', body([span('1'.repeat(16), own)]))).toMatchObject({ status: 403 });
    expect(await machine.post('/otlp/v1/traces', body([span('1'.repeat(16), own)]))).toMatchObject({ status: 200 });
    expect((await viewer.get<{ spans: object[] }>(`/api/v1/traces/${own}`)).body.spans).toEqual([
      expect.objectContaining({ service: 'registry', durationMs: 5 }),
    ]);
    expect(await machine.post<Problem>('/otlp/v1/traces', { resourceSpans: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'resourceSpans' }] },
    });
    const flood = Array.from({ length: 900 }, (_, index) =>
      span(index.toString(16).padStart(16, '0'), index.toString(16).padStart(32, '0')),
    );
    await machine.post('/otlp/v1/traces', body(flood));
    const list = await viewer.get<{ spans: number; dropped: number }>('/api/v1/traces');
    expect(list.body.spans).toBeLessThanOrEqual(500);
    expect(list.body.dropped).toBeGreaterThan(0);
  });

  test('a forwarded request keeps the caller, the query and the trace; the cookie stays here', async () => {
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const headers = { traceparent, cookie: 'drawbridge_session=of-another', 'x-drawbridge-project': 'default' };
    const { body } = await viewer.get<{ url: string; headers: Record<string, string> }>('/api/v1/deployments/d-1?limit=3', { headers });
    expect(body.url).toBe('/api/v1/deployments/d-1?limit=3');
    expect(body.headers['authorization']).toBe(`Bearer ${box.keys.viewer}`);
    expect(body.headers).not.toHaveProperty('cookie');
    expect(body.headers['x-drawbridge-project']).toBe('default');
    expect(body.headers['traceparent']).toContain(traceId);
    // Below the console's own span, not beside it.
    expect(body.headers['traceparent']).not.toBe(traceparent);
    const byCookie = await http(service.url).get<{ headers: Record<string, string> }>('/api/v1/deployments', {
      headers: { cookie: `other=1; drawbridge_session=${encodeURIComponent(box.keys.operator)}` },
    });
    expect(byCookie.body.headers['authorization']).toBe(`Bearer ${box.keys.operator}`);
  });

  test('a service that is down is said to be down, and its resources answer 503 with a way out', async () => {
    const platform = await viewer.get<{ services: { service: string; ready: boolean }[]; tracesUrl: string | null }>('/api/v1/platform');
    expect(platform.body.tracesUrl).toBe('http://traces.example/{traceId}');
    expect(platform.body.services.filter(({ ready }) => ready).map(({ service: name }) => name)).toEqual(['console']);
    const answer = await viewer.get<Problem>('/api/v1/models');
    expect(answer).toMatchObject({ status: 503, body: { code: 'DBR-PEER-UNAVAILABLE', retryable: true, fix: 'drawbridge status' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await viewer.get('/api/v1/services/console/dead-letters')).toMatchObject({ status: 200 });
  });

  test('the page is served at every place inside it, and unknown interfaces are not pages', async () => {
    const page = await http(service.url).get<string>('/models/a%20b/versions/1');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    for (const path of ['/api/v1/nothing', '/auth/nothing', '/assets/nothing.js', '/otlp/x']) {
      expect({ path, status: (await http(service.url).get(path)).status }).toEqual({ path, status: 404 });
    }
    expect((await http(service.url).get('/assets/..%2f..%2fpackage.json')).status).toBe(403);
    const script = /\/assets\/index-[^"]+\.js/.exec(page.body)?.[0] ?? '';
    const asset = await http(service.url).raw('GET', script, undefined, { headers: { 'accept-encoding': 'gzip' } });
    expect(asset.status).toBe(200);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a write from a page of another site is refused, and so is a login without governance', async () => {
    const foreign = { headers: { origin: 'http://elsewhere.example' } };
    expect((await service.http().post('/auth/login', { key: 'db_x_y' }, foreign)).status).toBe(403);
    expect(await service.http().post<Problem>('/auth/login', {})).toMatchObject({ status: 400, body: { errors: [{ field: 'token' }] } });
    expect(await service.http().post<Problem>('/auth/login', { key: 'db_x_y' })).toMatchObject({ status: 503 });
  });
});
