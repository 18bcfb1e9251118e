import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cluster, eventually, type HttpClient, ownCluster, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aTarget } from './an-endpoint.js';

let cluster: Cluster;
let box: Sandbox;
let serving: RunningChild;
let producer: HttpClient;

beforeAll(async () => {
  cluster = await ownCluster();
  box = await sandbox('serving_outage', { cluster });
  await Promise.all([box.migrate('registry'), box.seedAccess()]);
  const registry = await box.startService('registry');
  const uploaded = await registry
    .http(box.keys.operator)
    .raw<{ sha256: string }>('POST', '/api/v1/artifacts', readFileSync(new URL('./models/scorer-v1.onnx', import.meta.url)), {
      headers: { 'content-type': 'application/octet-stream' },
    });
  const { sha256 } = uploaded.body;
  const target = { ...aTarget(), artifact: { uri: `/api/v1/artifacts/${sha256}`, sha256, bytes: 491, format: 'onnx' } };
  await box.publish(
    'endpoint.state',
    { endpointId: 'e-1', endpoint: 'scoring', environment: 'production', modelId: 'm-1', model: 'scorer', targets: [target] },
    { key: 'e-1', sequence: 1, source: '/drawbridge/test/deployment/endpoints/e-1' },
  );
  serving = await box.startService('serving', { DRAWBRIDGE_SERVING_EVENT_QUEUE_ROWS: '50' });
  producer = serving.http(box.keys.producer);
}, 180_000);

afterAll(async () => {
  await box?.dispose();
  await cluster?.stop();
});

function infer(predictionId: string): Promise<{ status: number }> {
  const tensor = (name: string, datatype: string, data: unknown[]): object => ({ name, datatype, shape: [1, 1], data });
  return producer.post('/v2/models/scorer/infer', {
    inputs: [tensor('amount', 'FP32', [50]), tensor('country', 'BYTES', ['AT'])],
    parameters: { prediction_id: predictionId },
  });
}

async function droppedSoFar(): Promise<number> {
  const text = (await serving.http().get<string>('/metrics')).body;
  const line = text.split('\n').find((each) => each.startsWith('drawbridge_serving_events_dropped_total{reason="queue-full"}'));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('while Kafka is away requests are answered, and every prediction is sent later or announced as lost', async () => {
  await eventually('the model', async () => (await infer('before')).status === 200);
  await box.collect('prediction.logged', (events) => events.some((event) => event.key === 'before'));

  await cluster.kafka.kill();
  const during = await Promise.all(Array.from({ length: 80 }, (_, i) => infer(`during-${i}`)));
  expect(during.map((answer) => answer.status)).toEqual(Array(80).fill(200));
  const dropped = await droppedSoFar();
  expect(dropped).toBeGreaterThanOrEqual(29);
  expect(dropped).toBeLessThan(80);

  await cluster.kafka.restart();
  const ofOutage = (events: readonly { key: string | null }[]): number =>
    new Set(events.map((event) => event.key).filter((id) => id?.startsWith('during-'))).size;
  await box.collect('prediction.logged', (all) => ofOutage(all) === 80 - dropped, 60_000);
  expect((await infer('last')).status).toBe(200);

  const events = await box.collect('prediction.logged', (all) => all.some((event) => event.key === 'last'), 60_000);
  const ids = new Map(events.map((event) => [event.key, event.data.dropped ?? 0]));
  const announced = [...ids.values()].reduce((sum, count) => sum + count, 0);
  expect(announced).toBe(await droppedSoFar());
  expect(ofOutage(events) + dropped).toBe(80);
}, 180_000);
