import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  DeploymentView,
  EndpointView,
  LineageView,
  ModelView,
  Page,
  PolicyView,
  RolloutStrategy,
  Signature,
  VersionView,
} from '@drawbridge/contracts';
import { eventually, type HttpClient, type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';

const MODEL = 'scorer';
const budget = 120_000;

/** Of the model that serving's own tests load. */
const signature: Signature = {
  inputs: [
    { name: 'amount', datatype: 'FP32', shape: [-1, 1] },
    { name: 'country', datatype: 'BYTES', shape: [-1, 1] },
  ],
  outputs: [
    { name: 'score', datatype: 'FP32', shape: [-1, 1] },
    { name: 'label', datatype: 'INT64', shape: [-1, 1] },
  ],
  prediction: { task: 'binary', value: 'label', score: 'score' },
};

const direct: RolloutStrategy = { kind: 'direct', steps: [] };
const canary: RolloutStrategy = { kind: 'canary', steps: [{ weight: 10, windows: 1, minSamples: 100 }] };

const good = readFileSync(new URL('../../serving/test/models/scorer-v1.onnx', import.meta.url));
/** Whole as a file, so that the registry takes it, but with an operator that no runtime has. */
const unusable = replaced(good, 'Sigmoid', 'Sigmoix');

let box: Sandbox;
let registry: HttpClient;
let deployments: HttpClient;
let governance: HttpClient;
let serving: RunningChild;

/** Real: registry, governance, deployment and serving as processes, Kafka, Postgres. */
beforeAll(async () => {
  box = await sandbox('readiness');
  await box.migrate('registry', 'governance', 'deployment');
  const [first, gate, own] = await Promise.all([
    box.startService('registry'),
    box.startService('governance', { DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL: '100ms' }),
    box.startService('deployment'),
  ]);
  serving = await box.startService('serving');
  registry = first.http(box.keys.operator);
  governance = gate.http(box.keys.admin);
  deployments = own.http(box.keys.operator);
  await eventually('the keys to work', async () => (await registry.get('/api/v1/models')).status === 200);
  expect((await registry.post<ModelView>('/api/v1/models', { name: MODEL })).status).toBe(201);
  await register('1', good);
  await register('2', unusable);
}, budget);

afterAll(() => box?.dispose());

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error(`no ${from} to replace`);
  copy.write(to, at, 'latin1');
  return copy;
}

async function register(version: string, content: Buffer): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  const { sha256 } = (await registry.raw<{ sha256: string }>('POST', '/api/v1/artifacts', content, { headers })).body;
  const body = { version, artifact: { sha256, format: 'onnx' }, signature };
  const answer = await registry.post<VersionView>(`/api/v1/models/${MODEL}/versions`, body);
  expect([answer.status, answer.body.version]).toEqual([201, version]);
  return sha256;
}

async function endpoint(name: string, environment = 'staging'): Promise<void> {
  await eventually('the endpoint is made', async () => {
    return (await deployments.post('/api/v1/endpoints', { name, environment, model: MODEL })).status === 201;
  });
}

async function deploy(name: string, version: string, strategy: RolloutStrategy, hold = false): Promise<string> {
  return eventually('the request is taken', async () => {
    const answer = await deployments.post<DeploymentView>('/api/v1/deployments', { endpoint: name, version, strategy, hold });
    return answer.status === 202 ? answer.body.id : undefined;
  });
}

async function is(id: string, status: DeploymentView['status']): Promise<DeploymentView> {
  return eventually(`deployment ${id} is ${status}`, async () => {
    const { body } = await deployments.get<DeploymentView>(`/api/v1/deployments/${id}`);
    return body.status === status ? body : undefined;
  });
}

/** Version 1 answers on the endpoint, and deployment has heard so from serving. */
async function servesVersionOne(name: string): Promise<void> {
  await endpoint(name);
  const id = await deploy(name, '1', direct);
  await is(id, 'promoted');
  await eventually('serving says that it is ready', async () => {
    const [row] = await box.query<{ ready_at: Date | null }>('deployment', 'select ready_at from deployments where id = $1', [id]);
    return row?.ready_at != null;
  });
}

async function infer(name: string): Promise<number> {
  const column = { shape: [1, 1] };
  const body = {
    inputs: [
      { name: 'amount', datatype: 'FP32', ...column, data: [50] },
      { name: 'country', datatype: 'BYTES', ...column, data: ['AT'] },
    ],
  };
  const headers = { 'x-drawbridge-endpoint': name };
  return (await serving.http(box.keys.producer).post(`/v2/models/${MODEL}/infer`, body, { headers })).status;
}

describe('a version that cannot be served', () => {
  test(
    'fails as a canary with the reason of the runtime, and the stable version keeps the traffic',
    async () => {
      await servesVersionOne('guarded');
      const id = await deploy('guarded', '2', canary);
      const failed = await is(id, 'failed');
      expect(failed.statusReason).toContain('it cannot be served: the runtime refuses the file');
      expect(failed.targets).toMatchObject([{ version: '1', weight: 100, variant: 'stable' }]);
      expect(failed.timeline.map(({ type }) => type)).toEqual([
        'deployment.requested',
        'deployment.started',
        'deployment.step.entered',
        'deployment.failed',
      ]);
      const events = await box.collect('deployment.failed', (all) => all.some(({ data }) => data.deploymentId === id));
      expect(events.find(({ data }) => data.deploymentId === id)?.data).toMatchObject({
        to: '1',
        version: '2',
        reason: failed.statusReason,
        actor: { type: 'system' },
      });
      await eventually('every request to be answered again', async () => (await infer('guarded')) === 200);
      await eventually('the registry to know', async () => {
        const { body } = await registry.get<LineageView>(`/api/v1/models/${MODEL}/versions/2/lineage`);
        return body.deployments.some(({ deploymentId, status }) => deploymentId === id && status === 'failed');
      });
      // Nothing else stands in the way of another try; the file is still no model.
      expect(Object.entries(failed.verbs).flatMap(([verb, { allowed }]) => (allowed ? [verb] : []))).toEqual(['retry']);
      const again = await deployments.post<DeploymentView>(`/api/v1/deployments/${id}/retry`, {});
      expect(again.body.status).toBe('requested');
      await box.collect('deployment.failed', (all) => all.filter(({ data }) => data.deploymentId === id).length === 2);
      await is(id, 'failed');
    },
    budget,
  );

  test(
    'gives all of the traffic back when it was put there at once',
    async () => {
      await servesVersionOne('bold');
      const failed = await is(await deploy('bold', '2', direct), 'failed');
      expect(failed.targets).toMatchObject([{ version: '1', weight: 100 }]);
      await eventually('version 1 to answer', async () => (await infer('bold')) === 200);
    },
    budget,
  );

  test(
    'leaves nothing behind where nothing served before',
    async () => {
      await endpoint('fresh');
      const failed = await is(await deploy('fresh', '2', direct), 'failed');
      expect(failed.targets).toEqual([]);
      expect((await deployments.get<EndpointView>('/api/v1/endpoints/fresh')).body.targets).toEqual([]);
    },
    budget,
  );

  test(
    'fails at the deadline of its plan while its bytes are not those of its digest',
    async () => {
      await servesVersionOne('damaged');
      const sha256 = await register('3', replaced(good, 'scorer-v1', 'scorer-v3'));
      damage(sha256);
      const failed = await is(await deploy('damaged', '3', { ...canary, readyWithinSeconds: 2 }), 'failed');
      expect(failed.statusReason).toContain('it was not ready to serve within 2 seconds');
      expect(failed.targets).toMatchObject([{ version: '1', weight: 100 }]);
    },
    budget,
  );
});

test(
  'a rule that is published while a deployment is held refuses its start',
  async () => {
    await endpoint('patient', 'development');
    const id = await deploy('patient', '1', direct, true);
    await eventually('it can be started', async () => {
      return (await deployments.get<DeploymentView>(`/api/v1/deployments/${id}`)).body.verbs.start.allowed;
    });
    const { body: policies } = await governance.get<Page<PolicyView>>('/api/v1/policies');
    const staging = policies.items.find(({ name }) => name === 'staging');
    const yaml = `${staging?.yaml ?? ''}  - id: frozen\n    require: environment != "development"\n    why: Nothing new this week.\n`;
    expect((await governance.post('/api/v1/policies', { yaml })).status).toBe(201);
    expect((await deployments.post<DeploymentView>(`/api/v1/deployments/${id}/start`, {})).status).toBe(200);
    const blocked = await is(id, 'blocked');
    expect(blocked.reasons).toEqual(['frozen: Nothing new this week.']);
    expect(blocked.targets).toEqual([]);
  },
  budget,
);

/** Turns one byte of a stored artifact, as a bad disk would. */
function damage(sha256: string): void {
  const folder = box.env('registry')['DRAWBRIDGE_DATA_DIR'] ?? '';
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(sha256));
  if (file === undefined) throw new Error(`no file ${sha256} below ${folder}`);
  const content = readFileSync(join(folder, file));
  content[content.length - 1]! ^= 1;
  writeFileSync(join(folder, file), content);
}
