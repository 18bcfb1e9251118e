import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LineageView, ModelView, Page, VersionView } from '@drawbridge/contracts';
import { eventually, expectAllRoutesGuarded } from '@drawbridge/testing';
import { ARegistry, problem, signature } from './a-registry.js';
import { anOnnxModel } from './an-onnx-model.js';

let registry: ARegistry;

beforeAll(async () => {
  registry = await ARegistry.start('registry');
}, 120_000);

afterAll(() => registry?.box.dispose());

describe('models', () => {
  test('are created once, listed by key and changed', async () => {
    const created = await registry.operator.post<ModelView>('/api/v1/models', {
      name: 'list-b',
      owner: 'ann',
      riskClass: 'high',
      tags: { team: 'risk' },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/models/list-b');
    await registry.operator.post('/api/v1/models', { name: 'list-a', owner: 'ann', tags: { team: 'fraud' } });
    await registry.operator.post('/api/v1/models', { name: 'list-c', owner: 'ben', tags: { team: 'risk' } });

    const names = async (query: string): Promise<string[]> =>
      (await registry.operator.get<Page<ModelView>>(`/api/v1/models?${query}`)).body.items.map((model) => model.name);
    expect(await names('name=list-')).toEqual(['list-a', 'list-b', 'list-c']);
    expect(await names('name=list-&sort=-name')).toEqual(['list-c', 'list-b', 'list-a']);
    expect(await names('name=list-&sort=createdAt')).toEqual(['list-b', 'list-a', 'list-c']);
    expect(await names('owner=ann&name=list-')).toEqual(['list-a', 'list-b']);
    expect(await names('name=list-&tag=team%3Drisk')).toEqual(['list-b', 'list-c']);
    expect(await names('name=list-&tag=team&tag=team%3Dfraud')).toEqual(['list-a']);
    expect(await names('name=list-&riskClass=high')).toEqual(['list-b']);
    expect(await names('name=list_')).toEqual([]);

    const first = await registry.operator.get<Page<ModelView>>('/api/v1/models?name=list-&limit=2');
    const second = await registry.operator.get<Page<ModelView>>(`/api/v1/models?name=list-&limit=2&pageToken=${first.body.nextPageToken}`);
    expect(second.body.items.map((model) => model.name)).toEqual(['list-c']);
    expect(second.body.nextPageToken).toBeUndefined();

    const patched = await registry.operator.patch<ModelView>('/api/v1/models/list-b', { description: 'scores', riskClass: 'low' });
    expect(patched.body).toMatchObject({ description: 'scores', riskClass: 'low', owner: 'ann' });
    const tagged = await registry.operator.put<ModelView>('/api/v1/models/list-b/tags/stage', { value: 'trial' });
    expect(tagged.body.tags).toEqual({ team: 'risk', stage: 'trial' });
    expect((await registry.operator.delete<ModelView>('/api/v1/models/list-b/tags/stage')).body.tags).toEqual({ team: 'risk' });
  });

  test('of the same name are a conflict', async () => {
    await registry.aModel('twice');
    const answer = await registry.operator.post('/api/v1/models', { name: 'twice' });
    expect([answer.status, problem(answer).code]).toEqual([409, 'DBR-MODEL-EXISTS']);
  });

  test('of another project are another model', async () => {
    await registry.aModel('shared-name');
    const headers = { 'x-drawbridge-project': 'other' };
    expect((await registry.operator.get('/api/v1/models/shared-name', { headers })).status).toBe(404);
    expect((await registry.operator.post('/api/v1/models', { name: 'shared-name' }, { headers })).status).toBe(201);
  });

  test('announce creation and state', async () => {
    const model = await registry.aModel('announced');
    const [created] = await registry.box
      .collect('model.created', (events) => events.some((event) => event.key === model.id))
      .then((events) => events.filter((event) => event.key === model.id));
    expect(created!.data).toMatchObject({
      modelId: model.id,
      model: 'announced',
      riskClass: 'medium',
      actor: { type: 'person', id: 'person-operator' },
    });
    expect(created!.headers['ce_source']).toBe(`/drawbridge/test/registry/models/${model.id}`);
    const states = await registry.box.collect('model.state', (events) => events.some((event) => event.key === model.id));
    expect(states.findLast((event) => event.key === model.id)!.data).toMatchObject({ model: 'announced', versions: [] });
  });

  test.each([
    ['malformed JSON', '{"name": ', 400, 'DBR-MALFORMED-JSON', '(body)'],
    ['a wrong type', '{"name": 7}', 400, 'DBR-INVALID', 'name'],
    ['an unknown field', '{"name": "x", "colour": 1}', 400, 'DBR-INVALID', 'colour'],
    ['a missing field', '{}', 400, 'DBR-INVALID', 'name'],
    ['an unsafe name', '{"name": "../x"}', 400, 'DBR-INVALID', 'name'],
    ['half a character', '{"name": "x", "description": "\\ud800"}', 400, 'DBR-INVALID', 'description'],
    ['a zero byte', '{"name": "x", "tags": {"a": "\\u0000"}}', 400, 'DBR-INVALID', 'tags.a'],
    ['tags that are no texts', '{"name": "x", "tags": {"a": 1}}', 400, 'DBR-INVALID', 'tags'],
  ])('with %s are refused by field', async (_, body, status, code, wrong) => {
    const answer = await registry.operator.raw('POST', '/api/v1/models', body, { headers: { 'content-type': 'application/json' } });
    expect([answer.status, problem(answer).code]).toEqual([status, code]);
    expect(problem(answer).errors!.map((error) => error.field)).toContain(wrong);
  });

  test('of five mebibytes are refused', async () => {
    const answer = await registry.operator.post('/api/v1/models', { name: 'big', description: 'x'.repeat(5 * 1024 * 1024) });
    expect([answer.status, problem(answer).code]).toEqual([413, 'DBR-BODY-TOO-LARGE']);
  });
});

describe('versions', () => {
  test('carry their evidence to whoever asks, and to everyone on Kafka', async () => {
    const model = await registry.aModel('full');
    const baseline = (
      await registry.operator.post<{ sha256: string }>('/api/v1/baselines', {
        features: [{ name: 'x', kind: 'numeric' }],
        columns: { x: [1, 2, 3] },
      })
    ).body;
    const body = await registry.aRegistration('full', {
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
    const answer = await registry.operator.post<VersionView>('/api/v1/models/full/versions', body);
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
    expect((await registry.operator.get<VersionView>('/api/v1/models/full/versions/1')).body).toEqual(answer.body);

    const events = await registry.box.collect('model.registered', (seen) => seen.some((event) => event.key === model.id));
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

    const lineage = await registry.operator.get<LineageView>('/api/v1/models/full/versions/1/lineage');
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
    await registry.aModel('race');
    const body = await registry.aRegistration('race');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => registry.operator.post<VersionView>('/api/v1/models/race/versions', body)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(201));
    expect(answers.map((answer) => Number(answer.body.version)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('of the same number: one wins, the others are told', async () => {
    await registry.aModel('duel');
    const body = { ...(await registry.aRegistration('duel')), version: '7' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => registry.operator.post('/api/v1/models/duel/versions', body)));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect(problem(answers.find((answer) => answer.status === 409)!).code).toBe('DBR-VERSION-TAKEN');
    expect((await registry.aVersion('duel')).version).toBe('8');
  });

  test('are registered once per idempotency key', async () => {
    await registry.aModel('idem');
    const body = await registry.aRegistration('idem');
    const headers = { 'idempotency-key': 'register-1' };
    const first = await registry.operator.post<VersionView>('/api/v1/models/idem/versions', body, { headers });
    const again = await registry.operator.post<VersionView>('/api/v1/models/idem/versions', body, { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await registry.operator.post('/api/v1/models/idem/versions', { ...body, version: '2' }, { headers });
    expect([other.status, problem(other).code]).toEqual([422, 'DBR-IDEMPOTENCY-MISMATCH']);
    expect((await registry.operator.get<ModelView>('/api/v1/models/idem')).body.versionCount).toBe(1);
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
    await registry.aModel(name);
    const answer = await registry.operator.post(`/api/v1/models/${name}/versions`, {
      ...(await registry.aRegistration('refused')),
      ...change,
    });
    expect(answer.status).toBe(status);
    expect(problem(answer).errors!.map((error) => error.field)).toContain(wrong);
    expect((await registry.operator.get<ModelView>(`/api/v1/models/${name}`)).body.versionCount).toBe(0);
  });

  test('of another format than the content are refused', async () => {
    await registry.aModel('format');
    const { artifact } = await registry.aRegistration('format');
    const answer = await registry.operator.post('/api/v1/models/format/versions', { artifact: { ...artifact, format: 'pmml' }, signature });
    expect([answer.status, problem(answer).errors![0]!.field]).toEqual([422, 'artifact.format']);
  });

  test('whose outputs the file does not have are refused', async () => {
    await registry.aModel('misfit');
    const body = await registry.aRegistration('misfit', {
      signature: { inputs: signature.inputs, outputs: [{ name: 'z', datatype: 'FP32', shape: [-1] }] },
    });
    const answer = await registry.operator.post('/api/v1/models/misfit/versions', body);
    expect([answer.status, problem(answer).code]).toEqual([422, 'DBR-SIGNATURE-MISFIT']);
  });

  test('of an unknown model are 404', async () => {
    const answer = await registry.operator.post('/api/v1/models/nobody/versions', await registry.aRegistration('nobody'));
    expect([answer.status, problem(answer).code]).toEqual([404, 'DBR-MODEL-NOT-FOUND']);
  });

  test('are found by metric, tag, time and page', async () => {
    await registry.aModel('sieve');
    for (const [auc, stage] of [
      [0.6, 'a'],
      [0.7, 'b'],
      [0.8, 'b'],
    ] as const)
      await registry.aVersion('sieve', { metrics: { auc }, tags: { stage } });
    const versions = async (query: string): Promise<string[]> =>
      (await registry.operator.get<Page<VersionView>>(`/api/v1/models/sieve/versions?${query}`)).body.items.map(
        (version) => version.version,
      );
    expect(await versions('')).toEqual(['3', '2', '1']);
    expect(await versions('sort=createdAt')).toEqual(['1', '2', '3']);
    expect(await versions(`filter=${encodeURIComponent('metric.auc>=0.7')}`)).toEqual(['3', '2']);
    expect(await versions(`filter=${encodeURIComponent("metric.auc>=0.7 and tag.stage!='b'")}`)).toEqual([]);
    expect(await versions(`filter=${encodeURIComponent("tag.stage='b' and metric.auc<0.8")}`)).toEqual(['2']);
    expect(await versions(`createdAfter=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toEqual([]);
    expect(await versions('author=person-operator')).toHaveLength(3);
    const page = await registry.operator.get<Page<VersionView>>('/api/v1/models/sieve/versions?limit=2');
    expect(await versions(`limit=2&pageToken=${page.body.nextPageToken}`)).toEqual(['1']);

    const bad = await registry.operator.get('/api/v1/models/sieve/versions?filter=auc');
    expect([bad.status, problem(bad).errors![0]!.field]).toEqual([400, 'filter']);
    const token = await registry.operator.get('/api/v1/models/sieve/versions?pageToken=nonsense');
    expect([token.status, problem(token).errors![0]!.field]).toEqual([400, 'pageToken']);
  });

  test('have tags that change, and nothing else that does', async () => {
    await registry.aModel('fixed');
    await registry.aVersion('fixed', { metrics: { auc: 0.5 } });
    await registry.operator.put('/api/v1/models/fixed/versions/1/tags/reviewed', { value: 'yes' });
    expect((await registry.operator.get<VersionView>('/api/v1/models/fixed/versions/1')).body.tags).toEqual({ reviewed: 'yes' });
    expect((await registry.operator.patch('/api/v1/models/fixed/versions/1', { metrics: {} })).status).toBe(404);
    await expect(registry.box.query('registry', 'update version_metrics set value = 1')).rejects.toThrow('never changes');
    await expect(registry.box.query('registry', 'delete from model_versions')).rejects.toThrow(/never changes|violates/);
  });
});

describe('aliases', () => {
  test('point at versions, and each move is announced once', async () => {
    const model = await registry.aModel('named');
    await registry.aVersion('named');
    await registry.aVersion('named');
    await registry.operator.put('/api/v1/models/named/aliases/champion', { version: '1' });
    await registry.operator.put('/api/v1/models/named/aliases/champion', { version: '1' });
    const moved = await registry.operator.put<ModelView>('/api/v1/models/named/aliases/champion', { version: '2', reason: 'better' });
    expect(moved.body.aliases).toEqual({ champion: '2' });
    expect((await registry.operator.get<VersionView>('/api/v1/models/named/versions/@champion')).body).toMatchObject({
      version: '2',
      aliases: ['champion'],
    });
    await registry.operator.delete('/api/v1/models/named/aliases/champion');
    expect((await registry.operator.get('/api/v1/models/named/versions/@champion')).status).toBe(404);

    const own = (events: readonly { key: string | null }[]): boolean => events.filter((event) => event.key === model.id).length >= 3;
    const events = (await registry.box.collect('model.alias.changed', own)).filter((event) => event.key === model.id);
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
    await registry.operator.post('/api/v1/models', { name: 'alias-rules' });
    expect((await registry.operator.put(`/api/v1/models/alias-rules/aliases/${alias}`, { version })).status).toBe(status);
  });
});

describe('deployments of a version', () => {
  test('are kept from events, whatever their order', async () => {
    const model = await registry.aModel('deployed');
    const version = await registry.aVersion('deployed');
    const facts = { endpointId: 'e-1', endpoint: 'late', modelId: model.id, model: 'deployed', version: '1' };
    const send = (
      topic: 'deployment.started' | 'deployment.promoted' | 'deployment.rolledback',
      deploymentId: string,
      sequence: number,
      data: object,
    ): Promise<string> =>
      registry.box.publish(topic, { ...facts, deploymentId, ...data } as never, {
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
      const { deployments } = (await registry.operator.get<LineageView>('/api/v1/models/deployed/versions/1/lineage')).body;
      expect(deployments.map(({ deploymentId, endpoint, status }) => [deploymentId, endpoint, status])).toEqual([
        ['d-1', 'late', 'superseded'],
        ['d-2', 'late', 'promoted'],
      ]);
      return true;
    });
    const dead = await registry.box.collect('registry.dlq', (events) => events.length > 0);
    expect(dead[0]!.headers['db-dlq-reason']).toContain('unknown version 42');
  });
});

test('every route is guarded', async () => {
  expect(await expectAllRoutesGuarded({ url: registry.child.url, keys: registry.box.keys })).toBeGreaterThan(15);
});

test('a viewer may read and not write', async () => {
  const viewer = registry.child.http(registry.box.keys.viewer);
  expect((await viewer.get('/api/v1/models')).status).toBe(200);
  expect((await viewer.post('/api/v1/models', { name: 'no' })).status).toBe(403);
  expect((await registry.upload(anOnnxModel(), {}, viewer)).status).toBe(403);
});

test('the service stops in order', async () => {
  expect(await registry.child.stop()).toBe(0);
});
