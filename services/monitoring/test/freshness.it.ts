import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fresh, Freshness, MonitorView, Page } from '@drawbridge/contracts';
import { type HttpClient, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled } from './world.js';

const DATA_TOPICS = ['prediction.logged', 'prediction.batch.logged', 'label.received'] as const;
const windows = { windowSeconds: 1, latenessSeconds: 0, idleSeconds: 0.5, minRows: 100 };

describe('how fresh monitoring is, and whether its monitors see data', () => {
  let box: Sandbox;
  let service: RunningChild;
  let api: HttpClient;
  let registry: { readonly server: { close(): void } };
  let ids: { monitor: string; window: string; prediction: string };
  const random = seeded(11);
  const sent = { rows: 0 };
  const common = { endpointId: 'endpoint-1', endpoint: 'risk', modelId: 'model-1', model: 'credit-risk' };

  const row = (timeMs: number, part: { version?: string } = {}) => {
    sent.rows += 1;
    return predictionMessage({ id: `fresh-${String(sent.rows)}`, timeMs, row: aRow(random), ...part });
  };

  const openTraffic = (weights: Record<string, number>, at = new Date()): Promise<unknown> =>
    box.publish(
      'traffic.changed',
      {
        ...common,
        weights: Object.entries(weights).map(([version, weight]) => ({
          version,
          weight,
          variant: 'stable' as const,
          deploymentId: `dep-${version}`,
        })),
        validFrom: at.toISOString(),
        reason: 'test',
      },
      { key: 'endpoint-1', time: at },
    );

  async function monitors(): Promise<Map<string, MonitorView>> {
    const { body } = await api.get<Page<MonitorView>>('/api/v1/monitors');
    return new Map(body.items.map((monitor) => [monitor.version, monitor]));
  }

  async function freshness(): Promise<Freshness> {
    const { asOf, projectedOffset, lag, lagMs } = (await api.get<Fresh<object>>('/api/v1/accounting')).body;
    return { asOf, projectedOffset, lag, lagMs };
  }

  beforeAll(async () => {
    box = await sandbox('freshness');
    await box.migrate('monitoring');
    await box.seedAccess();
    const baseline = aBaseline(500);
    const stub = await aRegistry(baseline.bytes);
    registry = stub;
    service = await box.startService('monitoring', {
      ...QUICK,
      DRAWBRIDGE_REGISTRY_URL: stub.url,
      DRAWBRIDGE_MONITORING_STALL_AFTER: '1s',
    });
    api = service.http(box.keys.admin);
    const baselineRef = { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length };
    await openMonitor(box, { monitoring: windows, baselineRef });
    await openMonitor(box, { version: '2', deploymentId: 'dep-2', monitoring: windows, baselineRef });
    await openMonitor(box, { version: '3', deploymentId: 'dep-3', monitoring: windows, baselineRef });
  });

  afterAll(async () => {
    registry?.server.close();
    await box?.dispose();
  });

  test('what was sent is stored up to now: offsets, no lag, and a time after the sending', async () => {
    const rows = Array.from({ length: 200 }, () => row(Date.now()));
    await box.eventLog().produce(rows);
    const afterSending = Date.now();
    await settled('all of it', async () => {
      const fresh = await freshness();
      expect(Date.parse(fresh.asOf)).toBeGreaterThan(afterSending);
      expect(fresh.lag).toBe(0);
      const total = (topic: string): number => (fresh.projectedOffset[topic] ?? []).reduce((sum, next) => sum + next, 0);
      expect(DATA_TOPICS.map(total)).toEqual([200, 0, 0]);
    });
    await settled('a closed window', async () => {
      const found = (await monitors()).get('1');
      const { body } = await api.get<Page<{ id: string; window: { n: number } }>>(`/api/v1/monitors/${found?.id}/windows?status=closed`);
      expect(body.items.reduce((sum, { window }) => sum + window.n, 0)).toBe(200);
      ids = { monitor: found!.id, window: body.items[0]!.id, prediction: 'fresh-1' };
    });
  });

  test('every read says how far it reaches', async () => {
    const { body } = await api.get<{ items: { method: string; path: string; public: boolean }[] }>('/api/v1/routes');
    await box.publishRaw('prediction.logged', 'poison', '{broken');
    let letter = '';
    await settled('a dead letter', async () => {
      const { body: letters } = await api.get<Page<{ id: string }>>('/api/v1/dead-letters');
      letter = letters.items[0]?.id ?? '';
      expect(letter).not.toBe('');
    });
    const idOf = (path: string): string =>
      path.includes('dead-letters')
        ? letter
        : path.includes('windows/:')
          ? ids.window
          : path.includes('predictions')
            ? ids.prediction
            : ids.monitor;
    const walked: string[] = [];
    for (const { path } of body.items.filter((route) => route.method === 'GET' && !route.public)) {
      const answer = await api.get<Partial<Freshness>>(path.replace(':id', idOf(path)));
      // Nothing has drifted here: there is no detection to read.
      if (path === '/api/v1/detections/:id') continue;
      expect([path, answer.status]).toEqual([path, 200]);
      expect({ path, ...answer.body }).toMatchObject({
        path,
        asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        projectedOffset: Object.fromEntries(DATA_TOPICS.map((topic) => [topic, expect.any(Array)])),
        lag: expect.any(Number),
        lagMs: expect.any(Number),
      });
      walked.push(path);
    }
    expect(walked.length).toBeGreaterThan(10);
    const { body: document } = await api.get<{ paths: Record<string, { get?: { responses: Record<string, unknown> } }> }>(
      '/api/v1/openapi.json',
    );
    for (const path of walked) {
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.get;
      if (operation !== undefined) expect(JSON.stringify(operation.responses['200'])).toContain('#/components/schemas/Freshness');
    }
  });

  test('the lag stands in the metrics by partition, and in Kafka as that of the groups', async () => {
    await settled('no lag', async () => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      for (const topic of DATA_TOPICS) {
        expect(text).toContain(`drawbridge_monitoring_projection_lag_records{topic="${topic}",partition="0"} 0`);
      }
      expect(text).toMatch(/^drawbridge_monitoring_projection_age_seconds \d/m);
      expect(text).toContain('drawbridge_monitoring_consumer_lag_messages{group="monitoring.intake",topic="prediction.logged"}');
      const lags = [
        ...(await box.eventLog().lag('monitoring.intake', ['prediction.logged'])),
        ...(await box.eventLog().lag('monitoring.batches', ['prediction.batch.logged'])),
        ...(await box.eventLog().lag('monitoring.labels', ['label.received'])),
      ];
      expect(lags.every(({ lag }) => lag === 0n)).toBe(true);
    });
  });

  test('a monitor with traffic that goes silent is stalled, and one with traffic that never saw a row; both resume', async () => {
    await openTraffic({ '1': 50, '2': 50, '3': 0 });
    const stalled = await box.collect('monitor.stalled', (events) => new Set(events.map(({ data }) => data.version)).size >= 2);
    const of = (version: string) => stalled.find(({ data }) => data.version === version)?.data;
    expect(of('1')).toMatchObject({ reason: 'no-data', lastEventAt: expect.any(String), expectedEverySeconds: expect.any(Number) });
    expect(of('2')).toMatchObject({ reason: 'no-data', lastEventAt: null });
    expect(of('3')).toBeUndefined();
    const found = await monitors();
    expect(['1', '2', '3'].map((version) => found.get(version)?.status)).toEqual(['stalled', 'stalled', 'active']);

    await settled('data again', async () => {
      // Many at once: twenty usual gaps of a stream of single rows would be long.
      await box.eventLog().produce(['1', '2'].flatMap((version) => Array.from({ length: 200 }, () => row(Date.now(), { version }))));
      const resumed = await box.collect('monitor.resumed', (events) => events.length > 0, 3000);
      expect(new Set(resumed.map(({ data }) => data.version))).toEqual(new Set(['1', '2']));
    });
  });

  test('a stalled monitor whose deployment ends is missed no longer', async () => {
    await settled('silence again', async () => expect((await monitors()).get('2')?.status).toBe('stalled'));
    const ended = { ...common, deploymentId: 'dep-2', version: '2', to: '1', durationMs: 1, reason: 'test' };
    await box.publish('deployment.aborted', ended, { key: 'dep-2' });
    await settled('closed', async () => expect((await monitors()).get('2')?.status).toBe('closed'));
    const of = (events: readonly { data: { version: string } }[]): number => events.filter(({ data }) => data.version === '2').length;
    const stalled = await box.collect('monitor.stalled', (events) => of(events) >= 2);
    await box.collect('monitor.resumed', (events) => of(events) === of(stalled));
  });

  test('whoever starts behind knows since when, and never promises more than is stored', async () => {
    await service.stop();
    const beforeSending = Date.now();
    await box.eventLog().produce(Array.from({ length: 50 }, () => row(Date.now())));
    service = await box.startService('monitoring', QUICK);
    api = service.http(box.keys.admin);
    await settled('caught up', async () => {
      const { asOf, lag, projectedOffset } = await freshness();
      const stored = (projectedOffset['prediction.logged'] ?? []).reduce((sum, next) => sum + next, 0);
      if (stored < sent.rows) expect(Date.parse(asOf)).toBeLessThanOrEqual(beforeSending);
      expect(Date.parse(asOf)).toBeGreaterThan(beforeSending - 60_000);
      expect([lag, stored >= sent.rows]).toEqual([0, true]);
    });
  });
});
