import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PredictionLogged, Signature } from '@drawbridge/contracts';
import {
  eventually,
  expectAllRoutesGuarded,
  type HttpAnswer,
  type HttpClient,
  type RunningChild,
  sandbox,
  type Sandbox,
  type SeenEvent,
} from '@drawbridge/testing';
import { aTarget, scorerSignature } from './an-endpoint.js';

interface Answer {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: { readonly prediction_id: string; readonly endpoint: string; readonly variant: string };
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
}

interface Refused {
  readonly error: string;
  readonly code: string;
  readonly field?: string;
}

let box: Sandbox;
let serving: RunningChild;
let producer: HttpClient;
let viewer: HttpClient;
const digests = new Map<string, { sha256: string; bytes: number }>();

const file = (name: string): Buffer => readFileSync(new URL(`./models/${name}.onnx`, import.meta.url));

beforeAll(async () => {
  box = await sandbox('serving');
  await Promise.all([box.migrate('registry'), box.seedAccess()]);
  const registry = await box.startService('registry');
  for (const name of ['scorer-v1', 'scorer-v2', 'matrix', 'reciprocal']) {
    const uploaded = await registry
      .http(box.keys.operator)
      .raw<{ sha256: string; bytes: number }>('POST', '/api/v1/artifacts', file(name), {
        headers: { 'content-type': 'application/octet-stream' },
      });
    expect([name, uploaded.status]).toEqual([name, 201]);
    digests.set(name, uploaded.body);
  }
  await publishEndpoint('scoring', 'scorer', [
    { version: '1', weight: 80, variant: 'stable', deploymentId: 'd-1', of: 'scorer-v1' },
    { version: '2', weight: 20, variant: 'candidate', deploymentId: 'd-2', of: 'scorer-v2' },
  ]);
  serving = await box.startService('serving', { DRAWBRIDGE_SERVING_BATCH_LIMIT_ROWS: '100' });
  producer = serving.http(box.keys.producer);
  viewer = serving.http(box.keys.viewer);
}, 120_000);

afterAll(() => box?.dispose());

interface PublishedTarget {
  readonly version: string;
  readonly weight: number;
  readonly variant: 'stable' | 'candidate';
  readonly deploymentId: string;
  readonly of: string;
  readonly signature?: Signature;
  readonly sha256?: string;
}

const sequences = new Map<string, number>();

function publishEndpoint(endpoint: string, model: string, targets: readonly PublishedTarget[], project = 'default'): Promise<string> {
  const id = project === 'default' ? `e-${endpoint}` : `e-${project}-${endpoint}`;
  const sequence = (sequences.get(id) ?? 0) + 1;
  sequences.set(id, sequence);
  return box.publish(
    'endpoint.state',
    {
      endpointId: id,
      endpoint,
      environment: 'production',
      modelId: `m-${model}`,
      model,
      targets: targets.map(({ of, signature = scorerSignature, sha256, ...target }) => {
        const stored = digests.get(of) ?? { sha256: 'f'.repeat(64), bytes: 1 };
        const digest = sha256 ?? stored.sha256;
        return {
          ...aTarget(),
          ...target,
          signature,
          artifact: { uri: `/api/v1/artifacts/${digest}`, sha256: digest, bytes: stored.bytes, format: 'onnx' },
        };
      }),
    },
    { key: id, sequence, project, source: `/drawbridge/test/deployment/endpoints/${id}` },
  );
}

function scorerInput(amounts: readonly number[], countries: readonly string[]): object {
  const shape = [amounts.length, 1];
  return {
    inputs: [
      { name: 'amount', datatype: 'FP32', shape, data: amounts },
      { name: 'country', datatype: 'BYTES', shape, data: countries },
    ],
  };
}

const one = scorerInput([50], ['AT']);

function infer<T = Answer>(
  body: unknown,
  options: { client?: HttpClient; model?: string; headers?: Record<string, string> } = {},
): Promise<HttpAnswer<T>> {
  const { client = producer, model = 'scorer', headers = {} } = options;
  return client.post<T>(`/v2/models/${model}/infer`, body, { headers });
}

async function logged(predictionId: string): Promise<SeenEvent<PredictionLogged>> {
  const events = await box.collect('prediction.logged', (all) => all.some((event) => event.key === predictionId));
  return events.find((event) => event.key === predictionId)!;
}

describe('the protocol', () => {
  test('describes the server, its health and its models', async () => {
    expect((await serving.http().get('/v2')).body).toMatchObject({ name: 'drawbridge', extensions: [] });
    expect((await serving.http().get('/v2/health/live')).status).toBe(200);
    expect((await serving.http().get('/v2/health/ready')).status).toBe(200);
    expect((await viewer.get('/v2/models')).body).toMatchObject({
      models: expect.arrayContaining([{ name: 'scorer', versions: ['1', '2'] }]),
    });
    const metadata = await viewer.get('/v2/models/scorer');
    expect(metadata.body).toMatchObject({ name: 'scorer', versions: ['1', '2'], platform: 'onnx_onnxv1', inputs: scorerSignature.inputs });
    expect((await viewer.get('/v2/models/scorer/versions/2/ready')).status).toBe(200);
    expect((await viewer.get('/v2/models/scorer/versions/9')).status).toBe(404);
    expect((await viewer.get('/v2/models/nobody')).status).toBe(404);
  });

  test('answers 200 with the version, the id and the outputs', async () => {
    const answer = await infer({ ...one, id: 'caller-7' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ model_name: 'scorer', id: 'caller-7', parameters: { endpoint: 'scoring' } });
    expect(answer.body.outputs.map((output) => [output.name, output.datatype, output.shape])).toEqual([
      ['score', 'FP32', [1, 1]],
      ['label', 'INT64', [1, 1]],
    ]);
    const bias = answer.body.model_version === '1' ? -1 : 1;
    expect(answer.body.outputs[0]!.data[0]).toBeCloseTo(1 / (1 + Math.exp(-(0.5 + 1 + bias))), 5);
  });

  test('answers only the outputs that were asked for', async () => {
    const answer = await infer({ ...one, outputs: [{ name: 'label' }] });
    expect(answer.body.outputs.map((output) => output.name)).toEqual(['label']);
  });

  test('reaches a version by its name', async () => {
    for (const version of ['1', '2']) {
      const answer = await producer.post<Answer>(`/v2/models/scorer/versions/${version}/infer`, one);
      expect(answer.body.model_version).toBe(version);
    }
  });

  test.each<[string, unknown, number, string, string | undefined]>([
    [
      'a missing input',
      { inputs: [{ name: 'amount', datatype: 'FP32', shape: [1, 1], data: [1] }] },
      400,
      'DBR-INVALID-INPUT',
      'inputs.country',
    ],
    ['a wrong type', scorerInput(['x'] as never, ['AT']), 400, 'DBR-INVALID-INPUT', 'inputs.amount.data[0]'],
    [
      'an unknown input',
      { inputs: [...(one as { inputs: object[] }).inputs, { name: 'age', datatype: 'FP32', shape: [1, 1], data: [1] }] },
      400,
      'DBR-INVALID-INPUT',
      'inputs.age',
    ],
    [
      'a wrong shape',
      { inputs: [{ name: 'amount', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] },
      400,
      'DBR-INVALID-INPUT',
      'inputs.amount.shape',
    ],
    ['no inputs', {}, 400, 'DBR-INVALID-INPUT', 'inputs'],
    ['an unknown output', { ...one, outputs: [{ name: 'colour' }] }, 400, 'DBR-INVALID-INPUT', 'outputs.colour'],
    ['too many rows', scorerInput(Array(101).fill(1), Array(101).fill('AT')), 400, 'DBR-INVALID-INPUT', 'inputs'],
    ['a future time', { ...one, parameters: { event_time: '2100-01-01T00:00:00Z' } }, 400, 'DBR-INVALID-INPUT', 'parameters.event_time'],
  ])('refuses %s by its field', async (_, body, status, code, field) => {
    const answer = await infer<Refused>(body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([status, code, field]);
    expect(answer.body.error).toContain(field);
  });

  test('refuses malformed JSON, and the refusal is counted for the model', async () => {
    const before = await failures('DBR-MALFORMED-JSON');
    const answer = await producer.raw<Refused>('POST', '/v2/models/scorer/versions/1/infer', '{"inputs": [', {
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'DBR-MALFORMED-JSON']);
    expect(await failures('DBR-MALFORMED-JSON')).toBe(before + 1);
    const events = await box.collect('prediction.logged', (all) => all.some((event) => event.data.errorCode === 'DBR-MALFORMED-JSON'));
    expect(events.find((event) => event.data.errorCode === 'DBR-MALFORMED-JSON')!.data).toMatchObject({
      model: 'scorer',
      version: '1',
      status: 'error',
      output: {},
    });
  });

  test('refuses five mebibytes', async () => {
    const answer = await infer<Refused>(scorerInput([1], ['x'.repeat(5 * 1024 * 1024)]));
    expect([answer.status, answer.body.code]).toEqual([413, 'DBR-BODY-TOO-LARGE']);
  });

  test('knows no other models and versions', async () => {
    expect((await infer<Refused>(one, { model: 'nobody' })).body.code).toBe('DBR-MODEL-NOT-SERVED');
    const version = await producer.post<Refused>('/v2/models/scorer/versions/9/infer', one);
    expect([version.status, version.body.code]).toEqual([404, 'DBR-VERSION-NOT-SERVED']);
  });

  test('says no to a result that JSON cannot carry', async () => {
    const signature: Signature = {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
    };
    await publishEndpoint('division', 'reciprocal', [
      { version: '1', weight: 100, variant: 'stable', deploymentId: 'd-r', of: 'reciprocal', signature },
    ]);
    await eventually('the model', async () => (await viewer.get('/v2/models/reciprocal/ready')).status === 200);
    const body = (x: number): object => ({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [x] }] });
    expect((await infer(body(4), { model: 'reciprocal' })).body.outputs[0]!.data).toEqual([0.25]);
    const answer = await infer<Refused>(body(0), { model: 'reciprocal' });
    expect([answer.status, answer.body.code]).toEqual([500, 'DBR-OUTPUT-INVALID']);
  });
});

async function failures(code: string): Promise<number> {
  const text = (await serving.http().get<string>('/metrics')).body;
  return text
    .split('\n')
    .filter((line) => line.startsWith('drawbridge_serving_infer_failures_total{') && line.includes(`code="${code}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('two projects with a model and an endpoint of the same name', () => {
  const other = { 'x-drawbridge-project': 'other' };

  beforeAll(async () => {
    await publishEndpoint(
      'scoring',
      'scorer',
      [{ version: '1', weight: 100, variant: 'stable', deploymentId: 'd-other', of: 'scorer-v2' }],
      'other',
    );
    await eventually('the model', async () => (await viewer.get('/v2/models/scorer/ready', { headers: other })).status === 200);
  });

  test('each answers for its own, and logs under its own', async () => {
    const [mine, theirs] = await Promise.all([
      producer.post<Answer>('/v2/models/scorer/versions/1/infer', one),
      infer(one, { headers: other }),
    ]);
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect(theirs.body.outputs[0]!.data).not.toEqual(mine.body.outputs[0]!.data);
    const [own, foreign] = [await logged(mine.body.parameters.prediction_id), await logged(theirs.body.parameters.prediction_id)];
    expect(own.data).toMatchObject({ project: 'default', deploymentId: 'd-1' });
    expect(foreign.data).toMatchObject({ project: 'other', endpoint: 'scoring', deploymentId: 'd-other' });
    expect((await infer({ ...one, parameters: { project: 'other' } })).body.outputs[0]!.data).toEqual(theirs.body.outputs[0]!.data);
  });

  test('what one serves the other does not', async () => {
    const version = await producer.post<Refused>('/v2/models/scorer/versions/2/infer', one, { headers: other });
    expect([version.status, version.body.code]).toEqual([404, 'DBR-VERSION-NOT-SERVED']);
    const model = await infer<Refused>(one, { headers: { 'x-drawbridge-project': 'third' } });
    expect([model.status, model.body.code]).toEqual([404, 'DBR-MODEL-NOT-SERVED']);
    expect((await viewer.get('/v2/models', { headers: other })).body).toEqual({ models: [{ name: 'scorer', versions: ['1'] }] });
    expect((await viewer.get('/v2/models', { headers: { 'x-drawbridge-project': 'third' } })).body).toEqual({ models: [] });
  });
});

describe('predictions', () => {
  test('are logged with features, output, version and trace', async () => {
    const answer = await producer.post<Answer>('/v2/models/scorer/versions/1/infer', one, {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    const event = await logged(answer.body.parameters.prediction_id);
    expect(event.data).toMatchObject({
      predictionId: answer.body.parameters.prediction_id,
      model: 'scorer',
      version: '1',
      endpoint: 'scoring',
      deploymentId: 'd-1',
      variant: 'stable',
      features: { amount: 50, country: 'AT' },
      output: { value: answer.body.outputs[1]!.data[0], score: answer.body.outputs[0]!.data[0] },
      status: 'ok',
    });
    expect(event.data.latencyMs).toBeGreaterThan(0);
    expect(Object.keys(event.headers).toSorted()).toEqual(['content-type', 'traceparent']);
    expect(event.headers['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  test('of a batch are one event per row', async () => {
    const answer = await infer(scorerInput([1, 2, 3], ['AT', 'FR', 'DE']));
    const id = answer.body.parameters.prediction_id;
    const events = await box.collect('prediction.logged', (all) => all.filter((event) => event.key?.startsWith(id)).length === 3);
    const own = events.filter((event) => event.key?.startsWith(id)).toSorted((a, b) => String(a.key).localeCompare(String(b.key)));
    expect(own.map((event) => [event.key, event.data.features])).toEqual([
      [`${id}-0`, { amount: 1, country: 'AT' }],
      [`${id}-1`, { amount: 2, country: 'FR' }],
      [`${id}-2`, { amount: 3, country: 'DE' }],
    ]);
  });

  test('carry id and time of a caller who may backdate', async () => {
    const answer = await infer({ ...one, parameters: { prediction_id: 'flight-1', event_time: '2026-03-05T14:00:00Z' } });
    expect(answer.body.parameters.prediction_id).toBe('flight-1');
    expect((await logged('flight-1')).data.time).toBe('2026-03-05T14:00:00.000Z');
  });

  test('of other callers are stamped, and their wish is refused', async () => {
    const answer = await infer<Refused>({ ...one, parameters: { prediction_id: 'mine' } }, { client: viewer });
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([403, 'DBR-FORBIDDEN', 'parameters.prediction_id']);
    expect((await infer(one, { client: viewer })).body.parameters.prediction_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('of refused requests are logged with their code', async () => {
    await infer<Refused>({ inputs: [], parameters: { prediction_id: 'refused-1' } });
    expect((await logged('refused-1')).data).toMatchObject({ status: 'error', errorCode: 'DBR-INVALID-INPUT' });
  });

  test('follow the weights, and an id goes the same way again', async () => {
    const versions = new Map<string, string>();
    for (let i = 0; i < 150; i += 1) {
      const answer = await infer({ ...one, parameters: { prediction_id: `way-${i}` } });
      versions.set(`way-${i}`, answer.body.model_version);
    }
    const candidate = [...versions.values()].filter((version) => version === '2').length;
    expect(candidate).toBeGreaterThan(15);
    expect(candidate).toBeLessThan(50);
    for (let i = 0; i < 20; i += 1) {
      const answer = await infer({ ...one, parameters: { prediction_id: `way-${i}` } });
      expect(answer.body.model_version).toBe(versions.get(`way-${i}`));
    }
  });
});

describe('changes of an endpoint', () => {
  test('take effect while requests run, and none fails', async () => {
    const statuses: number[] = [];
    let running = true;
    const load = (async () => {
      while (running) statuses.push((await infer(one, { client: viewer })).status);
    })();
    await publishEndpoint('scoring', 'scorer', [{ version: '2', weight: 100, variant: 'stable', deploymentId: 'd-2', of: 'scorer-v2' }]);
    await eventually('only version 2', async () => (await viewer.get('/v2/models/scorer/versions/1')).status === 404);
    await publishEndpoint('scoring', 'scorer', [
      { version: '1', weight: 100, variant: 'stable', deploymentId: 'd-1', of: 'scorer-v1' },
      { version: '2', weight: 0, variant: 'candidate', deploymentId: 'd-2', of: 'scorer-v2' },
    ]);
    await eventually('version 1 again', async () => (await viewer.get('/v2/models/scorer/versions/1/ready')).status === 200);
    running = false;
    await load;
    // Between the document and the loaded model a request may be told to wait; nothing else may happen.
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect((await infer(one)).body.model_version).toBe('1');
  });

  test('to a model that cannot be loaded leave the others alone, and say why', async () => {
    await publishEndpoint('broken', 'broken', [
      { version: '1', weight: 50, variant: 'stable', deploymentId: 'd-b', of: 'scorer-v1' },
      { version: '2', weight: 50, variant: 'candidate', deploymentId: 'd-c', of: 'scorer-v1', sha256: 'f'.repeat(64) },
      { version: '3', weight: 0, variant: 'candidate', deploymentId: 'd-e', of: 'matrix' },
    ]);
    await eventually('version 1', async () => (await viewer.get('/v2/models/broken/versions/1/ready')).status === 200);
    const refused = await eventually('the failure', async () => {
      const answer = await producer.post<Refused>('/v2/models/broken/versions/2/infer', one);
      return answer.body.error.includes('404') && answer;
    });
    expect([refused.status, refused.body.code]).toEqual([503, 'DBR-MODEL-NOT-READY']);
    const misfit = await eventually('the misfit', async () => {
      const answer = await producer.post<Refused>('/v2/models/broken/versions/3/infer', one);
      return !answer.body.error.includes('being loaded') && answer;
    });
    expect([misfit.status, misfit.body.error]).toEqual([503, expect.stringContaining('cannot be a column')]);
    const unready = async (version: string) =>
      (await viewer.get<Refused>(`/v2/models/broken/versions/${version}/ready`)) as { status: number; body: Refused };
    expect(await unready('2')).toMatchObject({ status: 400, body: { code: 'DBR-MODEL-NOT-READY', error: expect.stringContaining('404') } });
    expect(await unready('3')).toMatchObject({
      status: 400,
      body: { code: 'DBR-MODEL-UNUSABLE', error: misfit.body.error.replace(/^.*ready: /, '') },
    });
    expect((await producer.post('/v2/models/broken/versions/1/infer', one)).status).toBe(200);
    const health = await serving.http().get<{ checks: { name: string; detail?: string }[] }>('/health/ready');
    expect(health.status).toBe(200);
    expect(health.body.checks.find((check) => check.name === 'models')!.detail).toContain('broken 2');
  });

  test('with several endpoints for one model need the name of one', async () => {
    await publishEndpoint('trial', 'scorer', [{ version: '3', weight: 100, variant: 'stable', deploymentId: 'd-t', of: 'scorer-v2' }]);
    const ambiguous = await eventually('two endpoints', async () => {
      const answer = await infer<Refused>(one);
      return answer.status === 400 && answer;
    });
    expect(ambiguous.body).toMatchObject({ code: 'DBR-ENDPOINT-AMBIGUOUS', field: 'x-drawbridge-endpoint' });
    // An endpoint is known a moment before its model is loaded.
    const trial = await eventually('the other endpoint’s model', async () => {
      const answer = await infer(one, { headers: { 'x-drawbridge-endpoint': 'trial' } });
      return answer.status === 200 && answer;
    });
    expect(trial.body.model_version).toBe('3');
    // Its description names the version also where the first endpoint does not have it.
    const described = await viewer.get<{ versions: string[] }>('/v2/models/scorer/versions/3');
    expect([described.status, described.body.versions]).toEqual([200, ['3']]);
    const nowhere = await producer.post<Refused>('/v2/models/scorer/versions/3/infer', one);
    expect(nowhere.body.code).toBe('DBR-ENDPOINT-AMBIGUOUS');
    expect((await infer({ ...one, parameters: { endpoint: 'scoring' } })).body.model_version).toBe('1');
    expect((await infer<Refused>(one, { headers: { 'x-drawbridge-endpoint': 'nope' } })).body.code).toBe('DBR-ENDPOINT-NOT-FOUND');
    await box.publishRaw('endpoint.state', 'e-trial', null);
    await eventually('one endpoint again', async () => (await infer(one)).status === 200);
  });

  test('that keep no contract are ignored', async () => {
    await box.publishRaw('endpoint.state', 'e-scoring', '{broken');
    await box.publishRaw('endpoint.state', 'e-scoring', '{"endpointId": "e-scoring", "targets": "none"}');
    await publishEndpoint('after', 'after', [{ version: '1', weight: 100, variant: 'stable', deploymentId: 'd-a', of: 'scorer-v1' }]);
    await eventually('the next document', async () => (await viewer.get('/v2/models/after/ready')).status === 200);
    expect((await infer(one)).status).toBe(200);
  });
});

test('every route is guarded', async () => {
  const publicPaths = ['/v2', '/v2/health/live', '/v2/health/ready'];
  expect(await expectAllRoutesGuarded({ url: serving.url, keys: box.keys, publicPaths })).toBeGreaterThan(10);
});

test('stopping sends what waits', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => infer({ ...one, parameters: { prediction_id: `last-${i}` } })));
  expect(ids.every((answer) => answer.status === 200)).toBe(true);
  expect(await serving.stop()).toBe(0);
  const isLast = (event: { key: string | null }): boolean => event.key?.startsWith('last-') === true;
  const events = await box.collect('prediction.logged', (all) => all.filter(isLast).length >= 20);
  expect(new Set(events.filter(isLast).map((event) => event.key)).size).toBe(20);
});
