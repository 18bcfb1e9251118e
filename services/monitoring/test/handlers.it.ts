import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type { MonitorView, Page } from '@drawbridge/contracts';
import { anEvent, type HttpClient, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aDeploymentStarted, aRegistry, openMonitor, QUICK, settled } from './world.js';

const common = { endpointId: 'endpoint-1', endpoint: 'risk', modelId: 'model-1', model: 'credit-risk' };
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 5, 0, minute));

describe('deployments open, move and close monitors', () => {
  let box: Sandbox;
  let registry: Server;
  let api: HttpClient;
  const baseline = aBaseline(500);
  const baselineRef = { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length };

  beforeAll(async () => {
    box = await sandbox('handlers');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    const service = await box.startService('monitoring', { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url });
    api = service.http(box.keys.viewer);
  });

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  async function monitors(query = ''): Promise<Map<string, MonitorView>> {
    const { body } = await api.get<Page<MonitorView>>(`/api/v1/monitors?model=credit-risk${query}`);
    return new Map(body.items.map((monitor) => [monitor.version, monitor]));
  }

  const weights = (shares: Record<string, [number, 'stable' | 'candidate']>) =>
    Object.entries(shares).map(([version, [weight, variant]]) => ({ version, weight, variant, deploymentId: `dep-${version}` }));

  const changeTraffic = (minute: number, shares: Record<string, [number, 'stable' | 'candidate']>): Promise<unknown> =>
    box.publish(
      'traffic.changed',
      { ...common, weights: weights(shares), validFrom: at(minute).toISOString(), reason: 'test' },
      { key: 'endpoint-1', time: at(minute) },
    );

  test('a rollout has a stable and a candidate monitor, each delivered event counts once', async () => {
    await openMonitor(box, { ...common, version: '1', deploymentId: 'dep-1', baselineRef });
    const started = aDeploymentStarted({
      ...common,
      version: '2',
      deploymentId: 'dep-2',
      from: { version: '1' },
      strategy: { kind: 'canary', steps: [] },
      baselineRef,
    });
    const event = anEvent('deployment.started', started, {
      key: 'dep-2',
      source: '/drawbridge/test/deployment/deployments/dep-2',
      sequence: 1,
      time: at(1),
    });
    await box.eventLog().produce([event, event]);
    await changeTraffic(2, { '1': [90, 'stable'], '2': [10, 'candidate'] });
    await settled('both monitors', async () => {
      const found = await monitors();
      expect([found.get('1')?.variant, found.get('1')?.weight, found.get('2')?.variant, found.get('2')?.weight]).toEqual([
        'stable',
        90,
        'candidate',
        10,
      ]);
    });
    const configured = await box.collect('monitor.configured', (events) => events.length >= 2, 5000);
    expect(configured.map(({ data }) => [data.version, data.monitorVersion])).toEqual(
      expect.arrayContaining([
        ['1', 1],
        ['2', 1],
      ]),
    );
    expect(configured).toHaveLength(2);
  });

  test('a rollback closes the monitor of the version that went back; an older word about traffic changes nothing', async () => {
    await changeTraffic(5, { '1': [100, 'stable'] });
    await box.publish(
      'deployment.rolledback',
      {
        ...common,
        deploymentId: 'dep-2',
        version: '2',
        from: '2',
        to: '1',
        automatic: true,
        reason: 'drift',
        trigger: { eventId: 'e', type: 'drift.detected' },
        evidence: { windows: [], features: [], checks: [], exemplars: [], ruledOut: [] },
        tookMs: 1,
      },
      { key: 'dep-2', time: at(6) },
    );
    await settled('closed', async () => expect((await monitors('&status=closed')).get('2')?.status).toBe('closed'));
    await changeTraffic(3, { '1': [50, 'stable'], '2': [50, 'candidate'] });
    await changeTraffic(7, { '1': [100, 'stable'] });
    await settled('the newest word', async () => expect((await monitors()).get('1')?.weight).toBe(100));
    expect((await monitors()).get('2')).toMatchObject({ status: 'closed', weight: 0 });
  });

  test('a promotion makes the version stable and closes the one before, traffic opens it again', async () => {
    await openMonitor(box, {
      ...common,
      version: '3',
      deploymentId: 'dep-3',
      from: { version: '1' },
      strategy: { kind: 'canary', steps: [] },
      baselineRef,
    });
    const soon = new Date();
    await box.publish(
      'deployment.promoted',
      { ...common, deploymentId: 'dep-3', version: '3', from: '1', durationMs: 1, reason: 'passed' },
      { key: 'dep-3', time: soon },
    );
    await settled('promoted', async () => {
      const found = await monitors();
      expect([found.get('3')?.variant, found.get('3')?.status, found.get('1')?.status]).toEqual(['stable', 'active', 'closed']);
    });
    const later = new Date(soon.getTime() + 60_000);
    await box.publish(
      'traffic.changed',
      { ...common, weights: weights({ '1': [100, 'stable'] }), validFrom: later.toISOString(), reason: 'rollback' },
      { key: 'endpoint-1', time: later },
    );
    await settled('back', async () => expect((await monitors()).get('1')).toMatchObject({ status: 'active', weight: 100 }));
  });

  test('a list shows the project that the header names, without one those of all projects', async () => {
    const started = aDeploymentStarted({ ...common, model: 'of-team-a', version: '1', deploymentId: 'dep-team-a' });
    await box.publish('deployment.started', started, { key: 'dep-team-a', project: 'team-a' });
    const models = async (project?: string): Promise<Set<string>> => {
      const headers: Record<string, string> = project === undefined ? {} : { 'x-drawbridge-project': project };
      const { body } = await api.get<Page<MonitorView>>('/api/v1/monitors', { headers });
      return new Set(body.items.map(({ model }) => model));
    };
    await settled('the other project', async () => expect(await models('team-a')).toEqual(new Set(['of-team-a'])));
    expect(await models('default')).toEqual(new Set(['credit-risk']));
    expect(await models()).toEqual(new Set(['of-team-a', 'credit-risk']));
    expect((await api.get('/api/v1/monitors', { headers: { 'x-drawbridge-project': 'No Name' } })).status).toBe(400);
  });

  test('an end that overtakes its start closes the monitor as soon as there is one', async () => {
    const reason = 'operator';
    await box.publish(
      'deployment.aborted',
      { ...common, deploymentId: 'dep-9', version: '9', to: '1', durationMs: 1, reason },
      { key: 'dep-9' },
    );
    await settled('noted', async () => expect(await box.query('monitoring', 'SELECT * FROM ended_deployments')).toHaveLength(1));
    await openMonitor(box, { ...common, version: '9', deploymentId: 'dep-9', baselineRef });
    await settled('closed', async () => expect((await monitors()).get('9')?.status).toBe('closed'));
  });

  test('without a baseline a monitor works, with a wrong one its deployment is a dead letter that says so', async () => {
    const { baselineRef: _, ...without } = aDeploymentStarted({ ...common, version: '10', deploymentId: 'dep-10' });
    await openMonitor(box, without);
    await settled('unjudged', async () => expect((await monitors()).get('10')).toMatchObject({ features: [] }));
    await openMonitor(box, { ...common, version: '11', deploymentId: 'dep-11', baselineRef: { ...baselineRef, sha256: 'b'.repeat(64) } });
    await openMonitor(box, { ...common, version: '12', deploymentId: 'dep-12', monitoring: { budget: { atMost: 1, per: 'often' } } });
    const dead = await box.collect('monitoring.dlq', (letters) => letters.length >= 2, 20_000);
    const reasons = dead.map(({ headers }) => headers['db-dlq-reason'] ?? '').join('\n');
    expect(reasons).toContain(`baselineRef.sha256 is ${'b'.repeat(64)}`);
    expect(reasons).toContain('monitoring.budget.per must be');
    expect((await monitors()).has('11')).toBe(false);
  });
});
