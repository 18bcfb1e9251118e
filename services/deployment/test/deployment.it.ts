import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeploymentView, EndpointView, EventMap, FeatureFinding, Problem } from '@drawbridge/contracts';
import {
  aModelRegistered,
  eventually,
  expectAllRoutesGuarded,
  type HttpClient,
  type RunningChild,
  type Sandbox,
  sandbox,
} from '@drawbridge/testing';

const MODEL = 'risk';
const SHA = 'a'.repeat(64);
const budget = 60_000;

let box: Sandbox;
let service: RunningChild;
let operator: HttpClient;

beforeAll(async () => {
  box = await sandbox('deployment');
  await box.migrate('deployment');
  await box.seedAccess();
  service = await box.startService('deployment');
  operator = box.http(service.url, box.keys.operator);
  for (const version of ['1', '2', '3', '4']) {
    const data = aModelRegistered({
      model: MODEL,
      modelId: 'model-1',
      version,
      artifact: { uri: `/api/v1/artifacts/${SHA}`, sha256: SHA, bytes: 1, format: 'onnx' },
    });
    await box.publish('model.registered', data, { key: 'model-1' });
  }
}, budget);

afterAll(async () => {
  await box.dispose();
});

/** Asks for a deployment and answers as governance would. */
async function allowed(version: string, strategy: unknown, endpoint: string): Promise<string> {
  const answer = await eventually('the request is accepted', async () => {
    const response = await operator.post<DeploymentView>('/api/v1/deployments', { endpoint, version, strategy });
    return response.status === 202 ? response : undefined;
  });
  await decide(answer.body.id, version, 'allow');
  return answer.body.id;
}

let decisions = 0;

async function decide(deploymentId: string, version: string, verdict: 'allow' | 'deny'): Promise<void> {
  decisions += 1;
  await box.publish('policy.evaluated', {
    modelId: 'model-1',
    model: MODEL,
    version,
    decisionId: `decision-${String(decisions)}`,
    action: 'deployment.request',
    environment: 'production',
    deploymentId,
    verdict,
    rules: verdict === 'allow' ? [] : [{ id: 'approved', result: 'fail', why: 'nobody approved it' }],
    policy: { policyId: 'p', name: 'default', version: 1, digest: SHA },
    inputsDigest: SHA,
  });
}

async function endpointCalled(name: string): Promise<void> {
  await eventually('the endpoint is made', async () =>
    (await operator.post('/api/v1/endpoints', { name, environment: 'production', model: MODEL })).status === 201 ? true : undefined,
  );
}

async function deploymentIs(id: string, status: DeploymentView['status']): Promise<DeploymentView> {
  return eventually('the deployment is there', async () => {
    const { body } = await operator.get<DeploymentView>(`/api/v1/deployments/${id}`);
    return body.status === status ? body : undefined;
  });
}

interface Arm {
  readonly endpoint: string;
  readonly version: string;
  readonly variant: 'stable' | 'candidate';
  readonly day: number;
  readonly n: number;
  readonly moved?: readonly FeatureFinding[];
}

const hour: FeatureFinding = { feature: 'hour', effect: 0.97, statistic: 40, threshold: 4, alarming: true };
const origin: FeatureFinding = { feature: 'origin', effect: 1.2, statistic: 90, threshold: 4, alarming: true };

/** A closed window as monitoring announces it; with a detection when something moved. */
async function closes({ endpoint, version, variant, day, n, moved = [] }: Arm): Promise<void> {
  const monitorId = `monitor-${endpoint}-${version}`;
  const windowId = `${monitorId}-${String(day)}`;
  const start = `2026-10-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const end = `2026-10-${String(day + 1).padStart(2, '0')}T00:00:00.000Z`;
  const window = { id: windowId, start, end, revision: 1, n, expected: null, late: 0, deduplicated: 0, rejected: 0, coverage: null };
  const common = { monitorId, endpoint, model: MODEL, version, variant, windowId, window };
  await box.publish(
    'window.closed',
    {
      ...common,
      errors: 0,
      verdict: moved.length > 0 ? 'alarming' : 'quiet',
      features: [...moved],
      skipped: [],
      quality: [],
      latency: { p50Ms: 5, p95Ms: 9, p99Ms: 12, n },
      prediction: { mean: 0.2, n },
      throughputPerSecond: 1,
      url: `/api/v1/windows/${windowId}`,
    },
    { key: monitorId },
  );
  if (moved.length === 0) return;
  const detection: Omit<EventMap['drift.detected'], 'id' | 'type' | 'time' | 'project' | 'source' | 'sequence' | 'actor'> = {
    ...common,
    monitorVersion: 1,
    detectionId: `detection-${windowId}`,
    kind: 'data',
    scope: { features: moved.map((finding) => finding.feature) },
    baseline: { id: 'b', n: 1000, sha256: SHA },
    detector: { name: 'd', version: '1', params: {} },
    statistic: 40,
    threshold: 4,
    effect: { size: 0.97, words: 'far' },
    features: [...moved],
    budget: { atMost: 1, per: '500w', spent: 0 },
    severity: 'high',
    consecutive: 1,
    exemplars: [{ predictionId: 'p-1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    suspectedCauses: [],
    evidenceUrl: '/api/v1/detections/d',
  };
  await box.publish('drift.detected', detection, { key: monitorId });
}

const canary = {
  kind: 'canary',
  steps: [
    { weight: 10, windows: 1, minSamples: 100 },
    { weight: 50, windows: 1, minSamples: 100 },
  ],
};

async function withStableVersionOne(endpoint: string): Promise<void> {
  await endpointCalled(endpoint);
  const id = await allowed('1', { kind: 'direct', steps: [] }, endpoint);
  await deploymentIs(id, 'promoted');
}

test('settings of an endpoint that contradict each other are refused by name', async () => {
  const monitoring = { budget: { atMost: 20, per: '10w' }, latenessSeconds: 600, horizonSeconds: 60 };
  const answer = await operator.post<Problem>('/api/v1/endpoints', {
    name: 'at-odds',
    environment: 'production',
    model: MODEL,
    monitoring,
  });
  expect(answer.status).toBe(400);
  expect(answer.body.errors?.map(({ field }) => field)).toEqual(['monitoring.budget', 'monitoring.horizonSeconds']);
});

test('limits of an endpoint that monitoring could not keep are refused by name', async () => {
  const monitoring = { windowSeconds: 1e300, horizonSeconds: 1e300, idleSeconds: 1e300 };
  const answer = await operator.post<Problem>('/api/v1/endpoints', {
    name: 'too-long',
    environment: 'production',
    model: MODEL,
    monitoring,
  });
  expect(answer.status).toBe(400);
  const fields = answer.body.errors?.map(({ field }) => field);
  expect(fields).toEqual(['monitoring.windowSeconds', 'monitoring.horizonSeconds', 'monitoring.idleSeconds']);
});

test(
  'two projects may have an endpoint and a model of the same name; what happens in one does not touch the other',
  async () => {
    const project = 'flights-1';
    const inIt = { headers: { 'x-drawbridge-project': project } };
    await withStableVersionOne('shared');
    const artifact = { uri: `/api/v1/artifacts/${SHA}`, sha256: SHA, bytes: 1, format: 'onnx' };
    const registered = aModelRegistered({ model: MODEL, modelId: 'model-9', version: '1', artifact });
    await box.publish('model.registered', registered, { key: 'model-9', project });
    const wanted = { name: 'shared', environment: 'production', model: MODEL };
    await eventually('the endpoint of the other project', async () =>
      (await operator.post('/api/v1/endpoints', wanted, inIt)).status === 201 ? true : undefined,
    );
    const own = (await operator.get<EndpointView>('/api/v1/endpoints/shared')).body;
    const other = (await operator.get<EndpointView>('/api/v1/endpoints/shared', inIt)).body;
    expect([own.project, other.project]).toEqual(['default', project]);
    expect(other.id).not.toBe(own.id);
    expect([own.targets.length, other.targets.length]).toEqual([1, 0]);
    const listed = await operator.get<{ items: DeploymentView[] }>('/api/v1/deployments?endpoint=shared', inIt);
    expect(listed.body.items).toEqual([]);
    // A version that only `default` has cannot be deployed here, and an alarm there stops nothing here.
    const foreign = await operator.post<Problem>('/api/v1/deployments', { endpoint: 'shared', version: '2' }, inIt);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'DBR-VERSION-NOT-FOUND' } });
    const asked = await operator.post<DeploymentView>('/api/v1/deployments', { endpoint: 'shared', version: '1' }, inIt);
    expect(asked).toMatchObject({ status: 202, body: { project, endpointId: other.id } });
  },
  budget,
);

describe('a rollout on real Kafka and Postgres', () => {
  test(
    'a canary climbs its steps on quiet windows of both arms and is promoted',
    async () => {
      await withStableVersionOne('climbing');
      const id = await allowed('2', canary, 'climbing');
      await deploymentIs(id, 'progressing');
      await closes({ endpoint: 'climbing', version: '2', variant: 'candidate', day: 1, n: 600 });
      await closes({ endpoint: 'climbing', version: '1', variant: 'stable', day: 1, n: 5400 });
      await eventually('the canary is on its second step', async () =>
        (await operator.get<DeploymentView>(`/api/v1/deployments/${id}`)).body.step === 1 ? true : undefined,
      );
      await closes({ endpoint: 'climbing', version: '1', variant: 'stable', day: 2, n: 3000 });
      await closes({ endpoint: 'climbing', version: '2', variant: 'candidate', day: 2, n: 3000 });
      const done = await deploymentIs(id, 'promoted');
      expect(done.targets).toMatchObject([{ version: '2', weight: 100, variant: 'stable' }]);
      expect(done.analyses.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
      const states = await box.collect('endpoint.state', (events) =>
        events.some(({ data }) => data.endpoint === 'climbing' && data.targets[0]?.version === '2'),
      );
      expect(states.filter(({ data }) => data.endpoint === 'climbing').map(({ data }) => data.targets.map(({ weight }) => weight))).toEqual(
        [[100], [90, 10], [50, 50], [100]],
      );
    },
    budget,
  );

  test(
    'a candidate that drifts alone is rolled back by Drawbridge itself, with evidence and a cause',
    async () => {
      await withStableVersionOne('falling');
      const id = await allowed('2', canary, 'falling');
      await deploymentIs(id, 'progressing');
      await closes({ endpoint: 'falling', version: '2', variant: 'candidate', day: 1, n: 600, moved: [hour] });
      await closes({ endpoint: 'falling', version: '1', variant: 'stable', day: 1, n: 5400 });
      const view = await deploymentIs(id, 'rolledback');
      expect(view.targets).toMatchObject([{ version: '1', weight: 100 }]);
      const events = await box.collect('deployment.rolledback', (all) => all.some(({ data }) => data.deploymentId === id));
      const event = events.find(({ data }) => data.deploymentId === id);
      expect(event?.data).toMatchObject({
        automatic: true,
        from: '2',
        to: '1',
        actor: { type: 'system' },
        trigger: { type: 'drift.detected' },
        evidence: { features: [{ feature: 'hour' }], exemplars: [{ predictionId: 'p-1' }] },
      });
      expect(event?.data.evidence.windows.map(({ verdict }) => verdict)).toEqual(['alarming', 'quiet']);
      expect(event?.headers['ce_causeid']).toBeDefined();
      expect(event?.data.tookMs).toBeGreaterThan(0);
    },
    budget,
  );

  test(
    'when both arms drift nothing is rolled back and one retraining is requested',
    async () => {
      await withStableVersionOne('moving');
      const id = await allowed('2', canary, 'moving');
      await deploymentIs(id, 'progressing');
      await closes({ endpoint: 'moving', version: '1', variant: 'stable', day: 1, n: 5400, moved: [origin] });
      await closes({ endpoint: 'moving', version: '2', variant: 'candidate', day: 1, n: 600, moved: [origin] });
      const paused = await deploymentIs(id, 'paused');
      expect(paused.verbs.resume.allowed).toBe(true);
      // An operator who resumes under the same cause does not trigger a second request.
      await operator.post(`/api/v1/deployments/${id}/resume`, { reason: 'look again' });
      await closes({ endpoint: 'moving', version: '1', variant: 'stable', day: 2, n: 5400, moved: [origin] });
      await closes({ endpoint: 'moving', version: '2', variant: 'candidate', day: 2, n: 600, moved: [origin] });
      await deploymentIs(id, 'paused');
      const requests = await box.collect('retraining.requested', (events) => events.length > 0, 5000);
      expect(requests.filter(({ data }) => data.endpoint === 'moving')).toHaveLength(1);
      expect(requests[0]?.data.cause.summary).toContain('origin');
      const back = await operator.post<DeploymentView>(`/api/v1/deployments/${id}/rollback`, { reason: 'enough' });
      expect(back.body.status).toBe('rolledback');
    },
    budget,
  );

  test(
    'the gate blocks with its reasons, and a retry asks again',
    async () => {
      await withStableVersionOne('gated');
      const { body } = await operator.post<DeploymentView>('/api/v1/deployments', { endpoint: 'gated', version: '3' });
      await decide(body.id, '3', 'deny');
      const blocked = await deploymentIs(body.id, 'blocked');
      expect(blocked.reasons).toEqual(['approved: nobody approved it']);
      expect((await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/retry`, {})).body.status).toBe('requested');
      await decide(body.id, '3', 'allow');
      await deploymentIs(body.id, 'progressing');
      expect((await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/pause`, {})).body.status).toBe('paused');
      expect((await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/promote`, {})).body).toMatchObject({
        status: 'progressing',
        step: 1,
      });
      expect((await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/skip-to-full`, {})).body.status).toBe('promoted');
      const refused = await operator.post<Problem>(`/api/v1/deployments/${body.id}/pause`, {});
      expect(refused.status).toBe(409);
      expect(refused.body.detail).toContain('promoted');
      expect(refused.body.fix).toBe('allowed while it is promoted: rollback');
      expect((await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/rollback`, {})).body.targets).toMatchObject([
        { version: '1' },
      ]);
    },
    budget,
  );

  test(
    'a held deployment asks the gate again when it is started, and does not start on the old yes',
    async () => {
      await withStableVersionOne('held');
      const { body } = await operator.post<DeploymentView>('/api/v1/deployments', { endpoint: 'held', version: '3', hold: true });
      await decide(body.id, '3', 'allow');
      const held = async (): Promise<void> => {
        await eventually('it can be started', async () => {
          const view = (await operator.get<DeploymentView>(`/api/v1/deployments/${body.id}`)).body;
          return view.status === 'requested' && view.verbs.start.allowed ? true : undefined;
        });
      };
      await held();
      const asked = await operator.post<DeploymentView>(`/api/v1/deployments/${body.id}/start`, { reason: 'the night is quiet' });
      expect(asked.body).toMatchObject({ status: 'requested', statusReason: 'the gate is asked again before it starts' });
      const requests = await box.collect('deployment.requested', (all) => all.filter(({ key }) => key === body.id).length === 2);
      expect(requests.filter(({ key }) => key === body.id)[1]?.data).toMatchObject({
        version: '3',
        requestedBy: { id: 'person-operator' },
      });
      await decide(body.id, '3', 'deny');
      expect((await deploymentIs(body.id, 'blocked')).reasons).toEqual(['approved: nobody approved it']);
      // Retried, it is held again, and the gate's second yes starts it.
      await operator.post(`/api/v1/deployments/${body.id}/retry`, {});
      await decide(body.id, '3', 'allow');
      await held();
      expect((await operator.post(`/api/v1/deployments/${body.id}/start`, {})).status).toBe(200);
      await decide(body.id, '3', 'allow');
      await deploymentIs(body.id, 'progressing');
    },
    budget,
  );

  test(
    'what is known to be refused is answered at once, naming the reason',
    async () => {
      await withStableVersionOne('known');
      await box.publish('approval.requested', {
        modelId: 'model-1',
        model: MODEL,
        version: '4',
        approvalId: '01900000-0000-7000-8000-000000000001',
        environment: 'production',
        bindsTo: { artifactSha256: SHA, policyVersion: 'default@1', environment: 'production', evidenceIds: [] },
        requestedBy: { type: 'person', id: 'ana' },
        author: { type: 'person', id: 'ana' },
        needed: 1,
        expiresAt: '2030-01-01T00:00:00Z',
      });
      const refused = await eventually('the refusal is known', async () => {
        const answer = await operator.post<Omit<Problem, 'status'> & { id: string }>('/api/v1/deployments', {
          endpoint: 'known',
          version: '4',
        });
        if (answer.status === 202) await operator.post(`/api/v1/deployments/${answer.body.id}/abort`, {});
        return answer.status === 409 && answer.body.code === 'DBR-DEPLOYMENT-GATE' ? answer : undefined;
      });
      expect(refused.body.detail).toContain('waiting for an answer');
    },
    budget,
  );

  test.each([
    ['an unknown endpoint', { endpoint: 'nowhere', version: '1' }, 404, 'DBR-ENDPOINT-NOT-FOUND'],
    ['an unknown version', { endpoint: 'climbing', version: '99' }, 404, 'DBR-VERSION-NOT-FOUND'],
    [
      'weights that fall',
      {
        endpoint: 'climbing',
        version: '1',
        strategy: {
          kind: 'canary',
          steps: [
            { weight: 50, windows: 1, minSamples: 1 },
            { weight: 10, windows: 1, minSamples: 1 },
          ],
        },
      },
      400,
      'DBR-INVALID',
    ],
    ['a field of the wrong type', { endpoint: 7, version: '1' }, 400, 'DBR-INVALID'],
  ])('%s is refused with a clear error', async (_, body, status, code) => {
    const answer = await operator.post<Problem>('/api/v1/deployments', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('lists are paged by keyset and filtered', async () => {
    const first = await operator.get<{ items: DeploymentView[]; nextPageToken?: string }>('/api/v1/deployments?limit=2');
    expect(first.body.items).toHaveLength(2);
    const second = await operator.get<{ items: DeploymentView[] }>(
      `/api/v1/deployments?limit=2&pageToken=${encodeURIComponent(first.body.nextPageToken ?? '')}`,
    );
    expect(second.body.items.map(({ id }) => id)).not.toContain(first.body.items[1]?.id);
    const filtered = await operator.get<{ items: DeploymentView[] }>('/api/v1/deployments?endpoint=moving');
    expect(filtered.body.items.every(({ endpoint }) => endpoint === 'moving')).toBe(true);
    expect((await operator.get<{ items: EndpointView[] }>(`/api/v1/endpoints?model=${MODEL}`)).body.items.length).toBeGreaterThan(3);
  });

  test(
    'a repeated request with its idempotency key is answered without a second deployment',
    async () => {
      await withStableVersionOne('repeated');
      const headers = { 'idempotency-key': 'same' };
      const body = { endpoint: 'repeated', version: '2' };
      const first = await operator.post<DeploymentView>('/api/v1/deployments', body, { headers });
      const again = await operator.post<DeploymentView>('/api/v1/deployments', body, { headers });
      expect(again.body.id).toBe(first.body.id);
      expect((await operator.post('/api/v1/deployments', { ...body, version: '3' }, { headers })).status).toBe(422);
    },
    budget,
  );

  test(
    'every route is guarded',
    async () => {
      expect(await expectAllRoutesGuarded({ url: service.url, keys: box.keys })).toBeGreaterThan(5);
    },
    budget,
  );
});
