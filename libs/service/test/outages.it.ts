import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { repositoryRoot } from '@drawbridge/local';
import { migrate } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import {
  aModelRegistered,
  anEvent,
  type Cluster,
  connectedSpans,
  eventually,
  type HttpClient,
  otlpReceiver,
  type OtlpReceiver,
  ownCluster,
  type RunningChild,
  sandbox,
  type Sandbox,
} from '@drawbridge/testing';
import { TinySchema0001 } from './tiny-service.js';

const main = join(repositoryRoot, 'libs', 'service', 'dist', 'test', 'tiny-main.js');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

let cluster: Cluster;
let box: Sandbox;
let receiver: OtlpReceiver;
let service: RunningChild;
let operator: HttpClient;

beforeAll(async () => {
  cluster = await ownCluster();
  box = await sandbox('outages', { cluster });
  await migrate({ url: box.migrationUrl('deployment'), schema: 'deployment', migrations: [TinySchema0001], log: createLogger('test') });
  await box.seedAccess();
  receiver = await otlpReceiver();
  service = await box.startService('deployment', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }, { main });
  operator = service.http(box.keys.operator);
}, 120_000);

afterAll(async () => {
  await box.dispose();
  await receiver.stop();
  await cluster.stop();
});

const handled = async (id: string): Promise<boolean> =>
  (await box.query('deployment', 'select 1 from handled where event_id = $1', [id])).length > 0;

const failing = async (name: string): Promise<boolean> => {
  const { status, body } = await operator.get<{ checks: { name: string; ok: boolean }[] }>('/health/ready');
  return status === 503 && body.checks.some((check) => check.name === name && !check.ok);
};

const ready = async (): Promise<boolean> => (await operator.get('/health/ready')).status === 200;

describe('a service as a process', () => {
  test('one trace runs from a request through database and outbox into Kafka', async () => {
    const answer = await operator.post(
      '/api/v1/notes',
      { name: 'traced', size: 1 },
      { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } },
    );
    expect(answer.status).toBe(201);
    const [event] = await box.collect('retraining.requested', (events) => events.some(({ data }) => data.model === 'traced'));
    expect(event?.headers['traceparent']).toContain(traceId);
    expect(event?.headers['ce_traceparent']).toContain(traceId);
    const spans = await receiver.waitFor('the spans of the request', (all) => {
      const names = all.filter((span) => span.traceId === traceId).map((span) => span.name);
      return names.includes('POST /api/v1/notes') && names.some((name) => name.includes('retraining.requested'));
    });
    const own = connectedSpans(spans, traceId);
    expect(own.map((span) => span.kind)).toEqual(expect.arrayContaining([2, 3, 4]));
    const ids = new Set(own.map((span) => span.spanId));
    const strangers = own.filter((span) => span.parentSpanId !== undefined && !ids.has(span.parentSpanId));
    // Only the request itself has a parent outside: the caller's.
    expect(strangers.map((span) => span.parentSpanId)).toEqual(['00f067aa0ba902b7']);
  });

  test('a handler continues the trace of its event', async () => {
    const other = 'aaaabbbbccccddddeeeeffff00001111';
    await box.publish('model.registered', aModelRegistered({ model: 'traced-event' }), {
      key: 'traced-event',
      traceparent: `00-${other}-00f067aa0ba902b7-01`,
    });
    const spans = await receiver.waitFor('the span of the handler', (all) => all.some((span) => span.traceId === other && span.kind === 4));
    const process = spans.find((span) => span.name === 'process model.registered' && span.traceId === other);
    expect(process).toMatchObject({ kind: 5, parentSpanId: '00f067aa0ba902b7' });
    const events = await box.collect('retraining.requested', (all) => all.some(({ data }) => data.model === 'traced-event'));
    expect(events.find(({ data }) => data.model === 'traced-event')?.headers['traceparent']).toContain(other);
  });

  test('a problem names the trace that the log has', async () => {
    const own = '11112222333344445555666677778888';
    const { body } = await operator.get<{ traceId: string; requestId: string }>('/api/v1/notes/boom', {
      headers: { traceparent: `00-${own}-00f067aa0ba902b7-01`, 'x-request-id': 'my-request' },
    });
    expect(body).toMatchObject({ traceId: own, requestId: 'my-request' });
    const lines = (await service.logs()).filter((line) => line.includes(own));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the inside of the service');
  });

  test('without the database it says so and loses nothing; with it back it goes on', async () => {
    await cluster.postgres.kill();
    const refused = await operator.post('/api/v1/notes', { name: 'while-away', size: 1 });
    expect(refused).toMatchObject({ status: 503, body: { code: 'DBR-DB-UNAVAILABLE', retryable: true } });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    await eventually('readiness', () => failing('database'));
    const event = anEvent('model.registered', aModelRegistered({ model: 'while-away' }), { key: 'while-away' });
    await box.eventLog().produce([event]);
    await cluster.postgres.restart();
    await eventually('the event', () => handled(event.id), 30_000);
    expect((await operator.post('/api/v1/notes', { name: 'while-away', size: 1 })).status).toBe(201);
    await eventually('readiness', ready, 30_000);
    const letters = await operator.get<{ items: unknown[] }>('/api/v1/dead-letters');
    expect(letters.body.items).toEqual([]);
    expect(service.running).toBe(true);
  }, 90_000);

  test('without Kafka it still takes requests; with it back it announces and consumes', async () => {
    await cluster.kafka.kill();
    expect((await operator.post('/api/v1/notes', { name: 'no-kafka', size: 1 })).status).toBe(201);
    await eventually('readiness', () => failing('kafka'), 30_000);
    await cluster.kafka.restart();
    await box.collect('retraining.requested', (events) => events.some(({ data }) => data.model === 'no-kafka'), 40_000);
    const id = await box.publish('model.registered', aModelRegistered({ model: 'after-kafka' }), { key: 'after-kafka' });
    await eventually('the event', () => handled(id), 40_000);
    await eventually('readiness', ready, 30_000);
    expect(service.running).toBe(true);
  }, 150_000);

  test('SIGTERM ends it cleanly within ten seconds', async () => {
    const begun = Date.now();
    const code = await service.stop();
    expect(code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(10_000);
    const lines = await service.logs();
    expect(lines.at(-1)).toContain('stopped');
    expect(lines.join('\n')).not.toContain(box.keys.operator.split('_')[2]);
  });

  test('it also ends cleanly when Kafka and database are gone', async () => {
    const again = await box.startService('deployment', {}, { main });
    await Promise.all([cluster.kafka.kill(), cluster.postgres.kill()]);
    const begun = Date.now();
    await again.stop();
    expect(Date.now() - begun).toBeLessThan(10_000);
  }, 60_000);
});
