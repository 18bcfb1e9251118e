import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Problem } from '@drawbridge/contracts';
import {
  type Cluster,
  eventually,
  type HttpClient,
  ownCluster,
  type RunningChild,
  sandbox,
  type Sandbox,
  sleep,
} from '@drawbridge/testing';
import { sendHalf } from './payloads.js';

let cluster: Cluster;
let box: Sandbox;
let console_: RunningChild;
let producer: HttpClient;

beforeAll(async () => {
  cluster = await ownCluster();
  box = await sandbox('ingest_outage', { cluster });
  await Promise.all([box.migrate('console'), box.seedAccess()]);
  console_ = await box.startService('console', { DRAWBRIDGE_CONSOLE_PAYLOADS_WAITING: '30' });
  producer = console_.http(box.keys.producer);
}, 180_000);

afterAll(async () => {
  await box?.dispose();
  await cluster?.stop();
});

const asked = { instances: [{ age: 41 }] };
const answered = { predictions: [1] };

function anEvent(predictionId: string): object {
  const data = { predictionId, time: new Date().toISOString(), model: 'churn', version: '3', output: { value: 1 } };
  return { topic: 'prediction.logged', data };
}

function post(predictionId: string) {
  return producer.post<Problem>('/api/v1/events/batch', { events: [anEvent(predictionId)] });
}

test('without Kafka: batches are refused with the time to wait, payloads are kept and sent later, a crash loses none', async () => {
  expect((await post('before')).status).toBe(200);
  await cluster.kafka.kill();

  const refused = await post('during');
  expect(refused).toMatchObject({ status: 503, body: { code: 'DBR-KAFKA-UNAVAILABLE', retryable: true } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  for (let i = 0; i < 10; i += 1) {
    expect((await sendHalf(producer, 'request', `kept-${i}`, asked, '?version=3')).status).toBe(200);
    expect((await sendHalf(producer, 'response', `kept-${i}`, answered, '?version=3')).body.joined).toBe(1);
  }
  // What may wait is bounded, too.
  const full = await eventually('the bound', async () => {
    const answer = await sendHalf(producer, 'request', `more-${Math.random()}`, asked, '?version=3');
    return answer.status === 429 ? answer : undefined;
  });
  expect(full).toMatchObject({ body: { code: 'DBR-INGEST-BUSY' } });
  expect(full.headers.get('retry-after')).not.toBeNull();

  await console_.kill();
  await cluster.kafka.restart();
  console_ = await box.startService('console');
  producer = console_.http(box.keys.producer);
  const kept = (events: readonly { key: string | null }[]): number =>
    new Set(events.map(({ key }) => key).filter((key) => key?.startsWith('kept-'))).size;
  await box.collect('prediction.logged', (events) => kept(events) === 10, 60_000);
  expect((await post('during')).status).toBe(200);
}, 180_000);

test('a producer that repeats what was refused loses nothing while Kafka dies and comes back', async () => {
  const batches = Array.from({ length: 24 }, (_, batch) => Array.from({ length: 50 }, (__, i) => `again-${batch}-${i}`));
  const refusals: number[] = [];
  const send = async (ids: readonly string[]): Promise<void> => {
    const events = ids.map(anEvent);
    // The same events with the same ids, until they are taken.
    await eventually(
      'the batch',
      async () => {
        const { status, headers } = await producer.post('/api/v1/events/batch', { events });
        if (status === 200) return true;
        expect([429, 503]).toContain(status);
        refusals.push(status);
        await sleep(Number(headers.get('retry-after')) * 1000);
        return false;
      },
      90_000,
    );
  };
  const sent = (async () => {
    for (let i = 0; i < batches.length; i += 4) await Promise.all(batches.slice(i, i + 4).map(send));
  })();
  await cluster.kafka.kill();
  await eventually('a refusal', () => refusals.length > 0, 30_000);
  await cluster.kafka.restart();
  await sent;
  const again = (events: readonly { key: string | null }[]): Set<string | null> =>
    new Set(events.map(({ key }) => key).filter((key) => key?.startsWith('again-')));
  const events = await box.collect('prediction.logged', (all) => again(all).size === 1200, 60_000);
  expect(again(events).size).toBe(1200);
}, 180_000);

test('without Postgres payloads are refused with the time to wait', async () => {
  await cluster.postgres.kill();
  const refused = await sendHalf(producer, 'request', 'db-1', asked, '?version=3');
  expect(refused).toMatchObject({ status: 503, body: { code: 'DBR-DB-UNAVAILABLE', retryable: true } });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  // Events need none.
  expect((await post('no-database')).status).toBe(200);
  await cluster.postgres.restart();
  await eventually('the database', async () => (await sendHalf(producer, 'request', 'db-1', asked, '?version=3')).status === 200, 30_000);
}, 90_000);
