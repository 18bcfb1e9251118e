/** @jest-environment ./examples/flights/test/native-arrays-environment.mjs */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventData, Sandbox } from '@drawbridge/testing';
import { eventually, sandbox } from '@drawbridge/testing';
import { type FlightModel, flightModels } from '../src/models.js';
import { Replay } from '../src/replay.js';

const budget = 90_000;
let box: Sandbox;
let artifacts: Server;
let replay: Replay;
let serving: string;
let models: Record<string, FlightModel>;

/** Model files by digest, as the registry would hand them out. */
function artifactServer(): Promise<Server> {
  const files = new Map(Object.values(models).map(({ sha256, onnx }) => [sha256, onnx]));
  const server = createServer((request, response) => {
    const file = files.get(request.url?.split('/').at(-1) ?? '');
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function endpointState(): EventData<'endpoint.state'> {
  const target = (version: string, weight: number, variant: 'stable' | 'candidate') => ({
    version,
    weight,
    variant,
    deploymentId: `deployment-${version}`,
    artifact: { uri: '', sha256: models[version]!.sha256, bytes: 1, format: 'onnx' },
    signature: models[version]!.signature as never,
  });
  return {
    endpointId: 'endpoint-1',
    endpoint: 'flights-eta',
    environment: 'production',
    modelId: 'model-1',
    model: 'flights',
    targets: [target('1', 75, 'stable'), target('3', 25, 'candidate')],
  };
}

beforeAll(async () => {
  models = await flightModels();
  box = await sandbox('infer');
  await box.seedAccess();
  artifacts = await artifactServer();
  await box.publish('endpoint.state', endpointState(), { key: 'endpoint-1', sequence: 1 });
  const { port } = artifacts.address() as AddressInfo;
  serving = (await box.startService('serving', { DRAWBRIDGE_REGISTRY_URL: `http://127.0.0.1:${port}` })).url;
  replay = await Replay.open({
    brokers: [box.facts.openBrokers],
    topicPrefix: box.prefix,
    models,
    endpoint: 'flights-eta',
    idPrefix: 'http-',
    infer: { serving, token: box.keys.producer, model: 'flights', share: 0.05 },
  });
}, budget);

afterAll(async () => {
  await replay.close();
  await box.dispose();
  artifacts.close();
});

test(
  'the model server answers and logs its share of the day with the given ids and times',
  async () => {
    const day = await replay.day('2001-04-10', [
      { version: '1', weight: 75, variant: 'stable' },
      { version: '3', weight: 25, variant: 'candidate' },
    ]);
    expect(day.inferred.length / day.sent).toBeGreaterThan(0.03);
    expect(new Set(day.inferred.map(({ version }) => version))).toEqual(new Set(['1', '3']));
    expect(day.inferred.every(({ probability, label }) => (probability >= 0.5 ? 1 : 0) === label)).toBe(true);

    const events = await box.collect('prediction.logged', (seen) => seen.length >= day.sent, budget);
    expect(new Set(events.map(({ data }) => data.predictionId)).size).toBe(day.sent);
    expect(events.every(({ data }) => data.time >= day.windowStart && data.time < day.windowEnd)).toBe(true);
    const logged = new Map(events.map((event) => [event.data.predictionId, event]));
    for (const answer of day.inferred) {
      const { data, headers } = logged.get(answer.predictionId)!;
      expect(data.version).toBe(answer.version);
      expect(Math.abs(data.output.score! - answer.probability)).toBeLessThan(1e-6);
      expect(headers['traceparent']).toContain(answer.traceId);
    }
  },
  budget,
);

test(
  'the server and the producer log the same flight alike',
  async () => {
    const events = await box.collect('prediction.logged', (seen) => seen.length > 0, budget);
    const keys = (data: object): string[] => Object.keys(data).sort();
    const served = await eventually('an event of the server', () =>
      events.find(({ data }) => data.id !== undefined || data.deploymentId !== undefined),
    );
    const bulk = events.find(({ data }) => data.id === undefined && data.deploymentId === undefined)!;
    expect(keys(served.data.features!)).toEqual(keys(bulk.data.features!));
    expect(typeof served.data.output.value).toBe(typeof bulk.data.output.value);
    expect(typeof served.data.output.score).toBe('number');
  },
  budget,
);
