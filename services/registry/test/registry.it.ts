import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LineageView, ModelView, Page, Problem, RegisterVersion, VersionView } from '@drawbridge/contracts';
import {
  eventually,
  expectAllRoutesGuarded,
  type HttpAnswer,
  type HttpClient,
  type RunningChild,
  sandbox,
  type Sandbox,
} from '@drawbridge/testing';
import { anOnnxModel } from './an-onnx-model.js';

let box: Sandbox;
let registry: RunningChild;
let operator: HttpClient;

beforeAll(async () => {
  box = await sandbox('registry');
  await Promise.all([box.migrate('registry'), box.seedAccess()]);
  registry = await box.startService('registry', { DRAWBRIDGE_REGISTRY_ARTIFACT_LIMIT_BYTES: '1000000' });
  operator = registry.http(box.keys.operator);
}, 120_000);

afterAll(() => box?.dispose());

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function upload<T = { sha256: string; bytes: number; format: string; uri: string }>(
  bytes: Buffer | string,
  headers: Record<string, string> = {},
  client: HttpClient = operator,
): Promise<HttpAnswer<T>> {
  return client.raw<T>('POST', '/api/v1/artifacts', bytes, { headers: { 'content-type': 'application/octet-stream', ...headers } });
}

const signature: RegisterVersion['signature'] = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  prediction: { task: 'regression', value: 'y' },
};

async function aRegistration(note: string, change: Partial<RegisterVersion> = {}): Promise<RegisterVersion> {
  const { sha256 } = (await upload(anOnnxModel({ note }))).body;
  return { artifact: { sha256, format: 'onnx' }, signature, ...change };
}

async function aModel(name: string): Promise<ModelView> {
  const answer = await operator.post<ModelView>('/api/v1/models', { name });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function aVersion(model: string, change: Partial<RegisterVersion> = {}): Promise<VersionView> {
  const answer = await operator.post<VersionView>(`/api/v1/models/${model}/versions`, await aRegistration(model, change));
  expect(answer.status).toBe(201);
  return answer.body;
}

function problem(answer: HttpAnswer): Problem {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return answer.body as Problem;
}

describe('artifacts', () => {
  test('are stored under their digest and served back with it', async () => {
    const bytes = anOnnxModel({ note: 'round trip' });
    const stored = await upload(bytes, { 'x-content-sha256': digestOf(bytes) });
    expect(stored.status).toBe(201);
    expect(stored.body).toEqual({
      uri: `/api/v1/artifacts/${digestOf(bytes)}`,
      sha256: digestOf(bytes),
      bytes: bytes.length,
      format: 'onnx',
    });
    expect((await upload(bytes)).status).toBe(200);

    const response = await fetch(`${registry.url}${stored.body.uri}`, { headers: { authorization: `Bearer ${box.keys.viewer}` } });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('x-content-sha256')).toBe(digestOf(bytes));
    const head = await operator.raw('HEAD', stored.body.uri, undefined);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  test('with another digest than announced are refused and leave nothing', async () => {
    const bytes = anOnnxModel({ note: 'wrong digest' });
    const answer = await upload(bytes, { 'x-content-sha256': 'a'.repeat(64) });
    expect(answer.status).toBe(422);
    expect(problem(answer)).toMatchObject({ code: 'DBR-ARTIFACT-DIGEST', errors: [{ field: 'X-Content-SHA256' }] });
    expect((await operator.get(`/api/v1/artifacts/${digestOf(bytes)}`)).status).toBe(404);
  });

  test.each([
    ['a pickle', Buffer.from([0x80, 4, 0x95]), 422, 'DBR-ARTIFACT-FORMAT'],
    ['a zip archive', Buffer.from('PK\u0003\u0004'), 422, 'DBR-ARTIFACT-FORMAT'],
    ['nothing', Buffer.alloc(0), 422, 'DBR-ARTIFACT-FORMAT'],
    ['more than the limit', Buffer.alloc(20_000_000, 8), 413, 'DBR-ARTIFACT-TOO-LARGE'],
  ])('that are %s are refused', async (_, bytes, status, code) => {
    const answer = await upload(bytes);
    expect([answer.status, problem(answer).code]).toEqual([status, code]);
  });

  test('sent as JSON are refused with the way out', async () => {
    const answer = await operator.post('/api/v1/artifacts', { model: 1 });
    expect([answer.status, problem(answer).code]).toEqual([415, 'DBR-CONTENT-TYPE']);
  });

  test.each([
    '..%2f..%2f..%2fetc%2fpasswd',
    '%252e%252e%252fetc%252fpasswd',
    '%2e%2e',
    'incoming',
    'A'.repeat(64),
    `${'a'.repeat(64)}%00`,
    '..%5c..%5csecret',
    '%EF%BC%8E%EF%BC%8E',
  ])('cannot be reached by %s', async (name) => {
    const answer = await operator.get(`/api/v1/artifacts/${name}`);
    expect([400, 404]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).not.toContain('root:');
  });

  test('that changed on the disk are never served nor registered', async () => {
    const bytes = anOnnxModel({ note: 'will rot' });
    const { sha256, uri } = (await upload(bytes)).body;
    const store = join(box.env('registry')['DRAWBRIDGE_DATA_DIR']!, 'artifacts');
    await writeFile(join(store, sha256.slice(0, 2), sha256), anOnnxModel({ note: 'evil' }));

    const read = await operator.get(uri);
    expect([read.status, problem(read).code]).toEqual([500, 'DBR-ARTIFACT-CORRUPT']);
    await aModel('rotten');
    const registered = await operator.post('/api/v1/models/rotten/versions', { artifact: { sha256, format: 'onnx' }, signature });
    expect([registered.status, problem(registered).code]).toEqual([500, 'DBR-ARTIFACT-CORRUPT']);

    await upload(bytes);
    expect((await operator.get(uri)).status).toBe(200);
    expect(await readdir(join(store, 'incoming'))).toEqual([]);
  });
});

describe('baselines', () => {
  const sample = {
    features: [{ name: 'x', kind: 'numeric' }],
    columns: { x: Array.from({ length: 500 }, (_, i) => i % 50) },
  };

  test('are made from a sample and the same when sent again as a profile', async () => {
    const made = await operator.post<{ sha256: string; bytes: number; n: number; uri: string }>('/api/v1/baselines', sample);
    expect([made.status, made.body.n]).toEqual([201, 500]);
    const document = await fetch(`${registry.url}${made.body.uri}`, { headers: { authorization: `Bearer ${box.keys.viewer}` } });
    const again = await operator.post<{ sha256: string }>('/api/v1/baselines', await document.json());
    expect([again.status, again.body.sha256]).toEqual([200, made.body.sha256]);
  });

  test('that cannot be used are refused by field', async () => {
    const answer = await operator.post('/api/v1/baselines', { ...sample, features: [{ name: 'x', kind: 'colour' }] });
    expect([answer.status, problem(answer).code]).toEqual([422, 'DBR-BASELINE-INVALID']);
    expect(problem(answer).errors).toEqual([{ field: 'features.0.kind', message: 'must be numeric, categorical or calendar' }]);
  });

  test('may be larger than other bodies', async () => {
    const answer = await operator.post('/api/v1/baselines', {
      ...sample,
      columns: { x: Array.from({ length: 400_000 }, (_, i) => i / 7) },
    });
    expect(answer.status).toBe(201);
  });
});

describe('models', () => {
  test('are created once, listed by key and changed', async () => {
    const created = await operator.post<ModelView>('/api/v1/models', {
      name: 'list-b',
      owner: 'ann',
      riskClass: 'high',
      tags: { team: 'risk' },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/models/list-b');
    await operator.post('/api/v1/models', { name: 'list-a', owner: 'ann', tags: { team: 'fraud' } });
    await operator.post('/api/v1/models', { name: 'list-c', owner: 'ben', tags: { team: 'risk' } });

    const names = async (query: string): Promise<string[]> =>
      (await operator.get<Page<ModelView>>(`/api/v1/models?${query}`)).body.items.map((model) => model.name);
    expect(await names('name=list-')).toEqual(['list-a', 'list-b', 'list-c']);
    expect(await names('name=list-&sort=-name')).toEqual(['list-c', 'list-b', 'list-a']);
    expect(await names('name=list-&sort=createdAt')).toEqual(['list-b', 'list-a', 'list-c']);
    expect(await names('owner=ann&name=list-')).toEqual(['list-a', 'list-b']);
    expect(await names('name=list-&tag=team%3Drisk')).toEqual(['list-b', 'list-c']);
    expect(await names('name=list-&tag=team&tag=team%3Dfraud')).toEqual(['list-a']);
    expect(await names('name=list-&riskClass=high')).toEqual(['list-b']);
    expect(await names('name=list_')).toEqual([]);

    const first = await operator.get<Page<ModelView>>('/api/v1/models?name=list-&limit=2');
    const second = await operator.get<Page<ModelView>>(`/api/v1/models?name=list-&limit=2&pageToken=${first.body.nextPageToken}`);
    expect(second.body.items.map((model) => model.name)).toEqual(['list-c']);
    expect(second.body.nextPageToken).toBeUndefined();

    const patched = await operator.patch<ModelView>('/api/v1/models/list-b', { description: 'scores', riskClass: 'low' });
    expect(patched.body).toMatchObject({ description: 'scores', riskClass: 'low', owner: 'ann' });
    const tagged = await operator.put<ModelView>('/api/v1/models/list-b/tags/stage', { value: 'trial' });
    expect(tagged.body.tags).toEqual({ team: 'risk', stage: 'trial' });
    expect((await operator.delete<ModelView>('/api/v1/models/list-b/tags/stage')).body.tags).toEqual({ team: 'risk' });
  });

  test('of the same name are a conflict', async () => {
    await aModel('twice');
    const answer = await operator.post('/api/v1/models', { name: 'twice' });
    expect([answer.status, problem(answer).code]).toEqual([409, 'DBR-MODEL-EXISTS']);
  });

  test('of another project are another model', async () => {
    await aModel('shared-name');
    const headers = { 'x-drawbridge-project': 'other' };
    expect((await operator.get('/api/v1/models/shared-name', { headers })).status).toBe(404);
    expect((await operator.post('/api/v1/models', { name: 'shared-name' }, { headers })).status).toBe(201);
  });

  test('announce creation and state', async () => {
    const model = await aModel('announced');
    const [created] = await box
      .collect('model.created', (events) => events.some((event) => event.key === model.id))
      .then((events) => events.filter((event) => event.key === model.id));
    expect(created!.data).toMatchObject({
      modelId: model.id,
      model: 'announced',
      riskClass: 'medium',
      actor: { type: 'person', id: 'person-operator' },
    });
    expect(created!.headers['ce_source']).toBe(`/drawbridge/test/registry/models/${model.id}`);
    const states = await box.collect('model.state', (events) => events.some((event) => event.key === model.id));
    expect(states.findLast((event) => event.key === model.id)!.data).toMatchObject({ model: 'announced', versions: [] });
  });

  test.each([
    ['malformed JSON', '{"name": ', 400, 'DBR-MALFORMED-JSON', '(body)'],
    ['a wrong type', '{"name": 7}', 400, 'DBR-INVALID', 'name'],
    ['an unknown field', '{"name": "x", "colour": 1}', 400, 'DBR-INVALID', 'colour'],
    ['a missing field', '{}', 400, 'DBR-INVALID', 'name'],
    ['an unsafe name', '{"name": "../x"}', 400, 'DBR-INVALID', 'name'],
    ['tags that are no texts', '{"name": "x", "tags": {"a": 1}}', 400, 'DBR-INVALID', 'tags'],
  ])('with %s are refused by field', async (_, body, status, code, wrong) => {
    const answer = await operator.raw('POST', '/api/v1/models', body, { headers: { 'content-type': 'application/json' } });
    expect([answer.status, problem(answer).code]).toEqual([status, code]);
    expect(problem(answer).errors!.map((error) => error.field)).toContain(wrong);
  });

  test('of five mebibytes are refused', async () => {
    const answer = await operator.post('/api/v1/models', { name: 'big', description: 'x'.repeat(5 * 1024 * 1024) });
    expect([answer.status, problem(answer).code]).toEqual([413, 'DBR-BODY-TOO-LARGE']);
  });
});

describe('versions', () => {
  test('carry their evidence to whoever asks, and to everyone on Kafka', async () => {
    const model = await aModel('full');
    const baseline = (
      await operator.post<{ sha256: string }>('/api/v1/baselines', {
        features: [{ name: 'x', kind: 'numeric' }],
        columns: { x: [1, 2, 3] },
      })
    ).body;
    const body = await aRegistration('full', {
      metrics: { auc: 0.71 },
      parameters: { trees: '80' },
      datasets: [{ name: 'flights', digest: 'sha256:1', rows: 10, role: 'training' }],
      tags: { stage: 'trial' },
      runId: 'run-1',
      runUrl: 'https://runs.example/1',
      gitCommit: 'abcdef1',
      gitUrl: 'https://git.example/abcdef1',
      baseline: { sha256: baseline.sha256 },
    });
    const answer = await operator.post<VersionView>('/api/v1/models/full/versions', body);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/api/v1/models/full/versions/1');
    expect(answer.body).toMatchObject({
      version: '1',
      flavour: 'onnx',
      author: { type: 'person', id: 'person-operator' },
      metrics: { auc: 0.71 },
      parameters: { trees: '80' },
      datasets: [{ name: 'flights', digest: 'sha256:1', rows: 10, role: 'training' }],
      baselineRef: { sha256: baseline.sha256 },
    });
    expect(answer.body.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect((await operator.get<VersionView>('/api/v1/models/full/versions/1')).body).toEqual(answer.body);

    const events = await box.collect('model.registered', (seen) => seen.some((event) => event.key === model.id));
    const event = events.find((each) => each.key === model.id)!;
    expect(event.data).toMatchObject({
      model: 'full',
      version: '1',
      artifact: { sha256: body.artifact.sha256, format: 'onnx' },
      baselineRef: { sha256: baseline.sha256 },
      sequence: 2,
    });
    expect(event.headers['traceparent']).toContain(answer.body.traceId);
    expect(event.headers['ce_subject']).toBe('projects/default/models/full/versions/1');

    const lineage = await operator.get<LineageView>('/api/v1/models/full/versions/1/lineage');
    expect(lineage.body).toEqual({
      model: 'full',
      version: '1',
      datasets: [{ name: 'flights', digest: 'sha256:1', rows: 10, role: 'training' }],
      run: { id: 'run-1', url: 'https://runs.example/1' },
      git: { commit: 'abcdef1', url: 'https://git.example/abcdef1' },
      artifact: answer.body.artifact,
      baseline: answer.body.baselineRef,
      deployments: [],
    });
  });

  test('get numbers, and a number is never given twice, however many register at once', async () => {
    await aModel('race');
    const body = await aRegistration('race');
    const answers = await Promise.all(Array.from({ length: 8 }, () => operator.post<VersionView>('/api/v1/models/race/versions', body)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(201));
    expect(answers.map((answer) => Number(answer.body.version)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('of the same number: one wins, the others are told', async () => {
    await aModel('duel');
    const body = { ...(await aRegistration('duel')), version: '7' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => operator.post('/api/v1/models/duel/versions', body)));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect(problem(answers.find((answer) => answer.status === 409)!).code).toBe('DBR-VERSION-TAKEN');
    expect((await aVersion('duel')).version).toBe('8');
  });

  test('are registered once per idempotency key', async () => {
    await aModel('idem');
    const body = await aRegistration('idem');
    const headers = { 'idempotency-key': 'register-1' };
    const first = await operator.post<VersionView>('/api/v1/models/idem/versions', body, { headers });
    const again = await operator.post<VersionView>('/api/v1/models/idem/versions', body, { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await operator.post('/api/v1/models/idem/versions', { ...body, version: '2' }, { headers });
    expect([other.status, problem(other).code]).toEqual([422, 'DBR-IDEMPOTENCY-MISMATCH']);
    expect((await operator.get<ModelView>('/api/v1/models/idem')).body.versionCount).toBe(1);
  });

  test.each<[string, Record<string, unknown>, number, string]>([
    ['an artifact nobody uploaded', { artifact: { sha256: 'b'.repeat(64), format: 'onnx' } }, 422, 'artifact.sha256'],
    ['a baseline nobody uploaded', { baseline: { sha256: 'b'.repeat(64) } }, 422, 'baseline.sha256'],
    [
      'a signature of another model',
      { signature: { ...signature, outputs: [{ name: 'z', datatype: 'FP32', shape: [-1] }] } },
      400,
      'signature.prediction.value',
    ],
    ['no artifact', { artifact: undefined }, 400, 'artifact'],
    [
      'a datatype nobody knows',
      { signature: { ...signature, inputs: [{ name: 'x', datatype: 'FP128', shape: [-1] }] } },
      400,
      'signature.inputs.0.datatype',
    ],
    ['a metric that is a text', { metrics: { auc: '0.7' } }, 400, 'metrics'],
    ['a path as version', { version: '../1' }, 400, 'version'],
  ])('with %s are refused by field', async (_, change, status, wrong) => {
    const name = `refused-${createHash('md5').update(_).digest('hex').slice(0, 8)}`;
    await aModel(name);
    const answer = await operator.post(`/api/v1/models/${name}/versions`, { ...(await aRegistration('refused')), ...change });
    expect(answer.status).toBe(status);
    expect(problem(answer).errors!.map((error) => error.field)).toContain(wrong);
    expect((await operator.get<ModelView>(`/api/v1/models/${name}`)).body.versionCount).toBe(0);
  });

  test('of another format than the content are refused', async () => {
    await aModel('format');
    const { artifact } = await aRegistration('format');
    const answer = await operator.post('/api/v1/models/format/versions', { artifact: { ...artifact, format: 'pmml' }, signature });
    expect([answer.status, problem(answer).errors![0]!.field]).toEqual([422, 'artifact.format']);
  });

  test('whose outputs the file does not have are refused', async () => {
    await aModel('misfit');
    const body = await aRegistration('misfit', {
      signature: { inputs: signature.inputs, outputs: [{ name: 'z', datatype: 'FP32', shape: [-1] }] },
    });
    const answer = await operator.post('/api/v1/models/misfit/versions', body);
    expect([answer.status, problem(answer).code]).toEqual([422, 'DBR-SIGNATURE-MISFIT']);
  });

  test('of an unknown model are 404', async () => {
    const answer = await operator.post('/api/v1/models/nobody/versions', await aRegistration('nobody'));
    expect([answer.status, problem(answer).code]).toEqual([404, 'DBR-MODEL-NOT-FOUND']);
  });

  test('are found by metric, tag, time and page', async () => {
    await aModel('sieve');
    for (const [auc, stage] of [
      [0.6, 'a'],
      [0.7, 'b'],
      [0.8, 'b'],
    ] as const)
      await aVersion('sieve', { metrics: { auc }, tags: { stage } });
    const versions = async (query: string): Promise<string[]> =>
      (await operator.get<Page<VersionView>>(`/api/v1/models/sieve/versions?${query}`)).body.items.map((version) => version.version);
    expect(await versions('')).toEqual(['3', '2', '1']);
    expect(await versions('sort=createdAt')).toEqual(['1', '2', '3']);
    expect(await versions(`filter=${encodeURIComponent('metric.auc>=0.7')}`)).toEqual(['3', '2']);
    expect(await versions(`filter=${encodeURIComponent("metric.auc>=0.7 and tag.stage!='b'")}`)).toEqual([]);
    expect(await versions(`filter=${encodeURIComponent("tag.stage='b' and metric.auc<0.8")}`)).toEqual(['2']);
    expect(await versions(`createdAfter=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toEqual([]);
    expect(await versions('author=person-operator')).toHaveLength(3);
    const page = await operator.get<Page<VersionView>>('/api/v1/models/sieve/versions?limit=2');
    expect(await versions(`limit=2&pageToken=${page.body.nextPageToken}`)).toEqual(['1']);

    const bad = await operator.get('/api/v1/models/sieve/versions?filter=auc');
    expect([bad.status, problem(bad).errors![0]!.field]).toEqual([400, 'filter']);
    const token = await operator.get('/api/v1/models/sieve/versions?pageToken=nonsense');
    expect([token.status, problem(token).errors![0]!.field]).toEqual([400, 'pageToken']);
  });

  test('have tags that change, and nothing else that does', async () => {
    await aModel('fixed');
    await aVersion('fixed', { metrics: { auc: 0.5 } });
    await operator.put('/api/v1/models/fixed/versions/1/tags/reviewed', { value: 'yes' });
    expect((await operator.get<VersionView>('/api/v1/models/fixed/versions/1')).body.tags).toEqual({ reviewed: 'yes' });
    expect((await operator.patch('/api/v1/models/fixed/versions/1', { metrics: {} })).status).toBe(404);
    await expect(box.query('registry', 'update version_metrics set value = 1')).rejects.toThrow('never changes');
    await expect(box.query('registry', 'delete from model_versions')).rejects.toThrow(/never changes|violates/);
  });
});

describe('aliases', () => {
  test('point at versions, and each move is announced once', async () => {
    const model = await aModel('named');
    await aVersion('named');
    await aVersion('named');
    await operator.put('/api/v1/models/named/aliases/champion', { version: '1' });
    await operator.put('/api/v1/models/named/aliases/champion', { version: '1' });
    const moved = await operator.put<ModelView>('/api/v1/models/named/aliases/champion', { version: '2', reason: 'better' });
    expect(moved.body.aliases).toEqual({ champion: '2' });
    expect((await operator.get<VersionView>('/api/v1/models/named/versions/@champion')).body).toMatchObject({
      version: '2',
      aliases: ['champion'],
    });
    await operator.delete('/api/v1/models/named/aliases/champion');
    expect((await operator.get('/api/v1/models/named/versions/@champion')).status).toBe(404);

    const own = (events: readonly { key: string | null }[]): boolean => events.filter((event) => event.key === model.id).length >= 3;
    const events = (await box.collect('model.alias.changed', own)).filter((event) => event.key === model.id);
    expect(events.map(({ data }) => [data.fromVersion, data.toVersion, data.reason])).toEqual([
      [undefined, '1', undefined],
      ['1', '2', 'better'],
      ['2', undefined, undefined],
    ]);
  });

  test.each([
    ['latest', '1', 400],
    ['v3', '1', 400],
    ['champion', '99', 404],
  ])('%s to version %s answers %i', async (alias, version, status) => {
    await operator.post('/api/v1/models', { name: 'alias-rules' });
    expect((await operator.put(`/api/v1/models/alias-rules/aliases/${alias}`, { version })).status).toBe(status);
  });
});

describe('deployments of a version', () => {
  test('are kept from events, whatever their order', async () => {
    const model = await aModel('deployed');
    const version = await aVersion('deployed');
    const facts = { endpointId: 'e-1', endpoint: 'late', modelId: model.id, model: 'deployed', version: '1' };
    const send = (
      topic: 'deployment.started' | 'deployment.promoted' | 'deployment.rolledback',
      deploymentId: string,
      sequence: number,
      data: object,
    ): Promise<string> =>
      box.publish(topic, { ...facts, deploymentId, ...data } as never, {
        key: deploymentId,
        sequence,
        source: `/drawbridge/test/deployment/deployments/${deploymentId}`,
        time: new Date(Date.UTC(2026, 10, 1, 0, 0, sequence)),
      });
    const started = {
      environment: 'production',
      from: null,
      to: { version: '1', artifactSha256: version.artifact.sha256 },
      strategy: { kind: 'direct', steps: [] },
    };
    const promoted = { from: null, durationMs: 5, reason: 'all steps passed' };
    await send('deployment.promoted', 'd-1', 4, promoted);
    await send('deployment.started', 'd-1', 2, started);
    await send('deployment.started', 'd-2', 5, started);
    await send('deployment.promoted', 'd-2', 9, promoted);
    // A deployment of a version that was never registered is kept as a dead letter.
    await send('deployment.started', 'd-3', 2, { ...started, version: '42' });

    await eventually('the lineage', async () => {
      const { deployments } = (await operator.get<LineageView>('/api/v1/models/deployed/versions/1/lineage')).body;
      expect(deployments.map(({ deploymentId, endpoint, status }) => [deploymentId, endpoint, status])).toEqual([
        ['d-1', 'late', 'superseded'],
        ['d-2', 'late', 'promoted'],
      ]);
      return true;
    });
    const dead = await box.collect('registry.dlq', (events) => events.length > 0);
    expect(dead[0]!.headers['db-dlq-reason']).toContain('unknown version 42');
  });
});

test('the committed OpenAPI is what the service tells of itself', async () => {
  const file = new URL('../openapi.json', import.meta.url);
  const served = await registry.http().get('/api/v1/openapi.json');
  // DRAWBRIDGE_WRITE_VIEWS=1 writes the file instead of comparing with it.
  if (process.env['DRAWBRIDGE_WRITE_VIEWS'] === '1') writeFileSync(file, `${JSON.stringify(served.body, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(served.body);
});

test('every route is guarded', async () => {
  expect(await expectAllRoutesGuarded({ url: registry.url, keys: box.keys })).toBeGreaterThan(15);
});

test('a viewer may read and not write', async () => {
  const viewer = registry.http(box.keys.viewer);
  expect((await viewer.get('/api/v1/models')).status).toBe(200);
  expect((await viewer.post('/api/v1/models', { name: 'no' })).status).toBe(403);
  expect((await upload(anOnnxModel(), {}, viewer)).status).toBe(403);
});

test('the service stops in order', async () => {
  expect(await registry.stop()).toBe(0);
});
