import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type {
  AccountingView,
  DetectionView,
  DistributionView,
  DriftMatrixView,
  MonitorView,
  Page,
  PerformanceView,
  PredictionView,
  WindowView,
} from '@drawbridge/contracts';
import { expectAllRoutesGuarded, type HttpClient, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

describe('the intake on real Kafka and Postgres', () => {
  let box: Sandbox;
  let service: RunningChild;
  let registry: Server;
  let api: HttpClient;
  let monitorId: string;
  const baseline = aBaseline();
  const startedId: { value?: string } = {};
  const random = seeded(7);

  /** Rows of one window, a minute long; `shift` moves the age. */
  const windowOf = (window: number, rows: number, shift = 0, prefix = 'w') =>
    Array.from({ length: rows }, (_, i) =>
      predictionMessage({
        id: `${prefix}${window}-${i}`,
        timeMs: T0 + window * 60_000 + Math.floor((i * 59_000) / rows),
        row: aRow(random, shift),
      }),
    );

  beforeAll(async () => {
    box = await sandbox('monitoring');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes, 1000);
    registry = stub.server;
    service = await box.startService('monitoring', { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url });
    api = service.http(box.keys.operator);
  });

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  test('a prediction that comes before its deployment is known waits for its monitor', async () => {
    // Announced before, and known only when its baseline was fetched, which takes longer than the predictions.
    startedId.value = await openMonitor(box, {
      baselineRef: { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
    });
    await box.eventLog().produce(windowOf(0, 500));
    const [configured] = await box.collect('monitor.configured', (events) => events.length > 0);
    monitorId = configured!.data.monitorId;
    expect(configured?.data.baseline).toMatchObject({ sha256: baseline.sha256, n: 20_000 });
    await settled('500 rows', async () => {
      const { body } = await api.get<AccountingView>(`/api/v1/monitors/${monitorId}/accounting`);
      expect(body).toMatchObject({ consumed: 500, counted: 500, unrouted: 0 });
    });
  });

  test('predictions become closed windows, drift is detected with its evidence and resolved', async () => {
    for (let window = 1; window < 6; window += 1) await box.eventLog().produce(windowOf(window, 500, window === 3 ? 0.6 : 0));
    const closed = await box.collect('window.closed', (events) => events.length >= 6, 30_000);
    expect(closed.map(({ data }) => data.window.n)).toEqual([500, 500, 500, 500, 500, 500]);
    expect(closed.map(({ data }) => data.verdict)).toEqual(['quiet', 'quiet', 'quiet', 'alarming', 'quiet', 'quiet']);
    expect(closed[0]?.headers['ce_causeid']).toBe(startedId.value);

    const [detected] = await box.collect('drift.detected', (events) => events.length >= 1, 5000);
    expect(detected?.data.scope.features).toContain('age');
    expect(detected?.data.features[0]?.topCells?.length).toBeGreaterThan(0);
    expect(detected?.data.exemplars).toHaveLength(20);
    expect(detected?.data.exemplars[0]).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(detected?.data.budget).toEqual({ atMost: 1, per: '500w', spent: 1 });
    expect(detected?.headers['ce_causeid']).toBe(closed[3]?.headers['ce_id']);
    expect(detected?.headers['ce_chainid']).toBe(startedId.value);

    const [resolved] = await box.collect('drift.resolved', (events) => events.length >= 1, 5000);
    expect(resolved?.data).toMatchObject({ detectionId: detected?.data.detectionId, windowsClear: 2 });
    const { body: evidence } = await api.get<DetectionView>(`/api/v1/detections/${detected?.data.detectionId}`);
    expect(evidence.distributions.map(({ feature }) => feature)).toContain('age');
    expect(evidence.resolvedAt).toBeDefined();
  });

  test('a shift too small for one window is found in the sum of four', async () => {
    await openMonitor(box, {
      deploymentId: 'dep-3',
      version: '3',
      to: { version: '3', artifactSha256: 'a'.repeat(64) },
      baselineRef: { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
      monitoring: { windowSeconds: 60, latenessSeconds: 10, idleSeconds: 0.5, minRows: 100, materiality: 0.002 },
    });
    const own = seeded(396);
    const rows = Array.from({ length: 2000 }, (_, i) =>
      predictionMessage({ id: `scale-${i}`, timeMs: T0 + i * 120, row: aRow(own, 0.1), version: '3' }),
    );
    await box.eventLog().produce(rows);
    const ofThree = <T extends { data: { version: string } }>(events: readonly T[]): T[] =>
      events.filter(({ data }) => data.version === '3');
    const closed = ofThree(await box.collect('window.closed', (events) => ofThree(events).length >= 4, 20_000));
    expect(closed.map(({ data }) => [data.window.n, data.verdict])).toEqual([
      [500, 'quiet'],
      [500, 'quiet'],
      [500, 'quiet'],
      [500, 'alarming'],
    ]);
    expect(closed[3]?.data.features[0]?.words).toContain('over 4 windows');
  });

  test('a monitor that declares segments counts by them, and names the one that carries a drift', async () => {
    await openMonitor(box, {
      deploymentId: 'dep-2',
      version: '2',
      to: { version: '2', artifactSha256: 'a'.repeat(64) },
      baselineRef: { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
      monitoring: { windowSeconds: 60, latenessSeconds: 10, idleSeconds: 0.5, minRows: 100, segments: ['country'] },
    });
    const rows = Array.from({ length: 800 }, (_, i) =>
      predictionMessage({
        id: `seg-${i}`,
        timeMs: T0 + i * 70,
        row: aRow(random, i % 4 === 0 ? 1.5 : 0),
        version: '2',
        extra: { segments: { country: i % 4 === 0 ? 'PL' : 'DE' }, status: i % 8 === 7 ? 'error' : 'ok' },
      }),
    );
    await box.eventLog().produce(rows);
    const closed = await box.collect('window.closed', (events) => events.some(({ data }) => data.version === '2'), 20_000);
    const { windowId, monitorId: segmented, segments } = closed.find(({ data }) => data.version === '2')!.data;
    expect(segments).toMatchObject([
      { key: 'country', value: 'PL', n: 200, errors: 0, worst: { feature: 'age' } },
      { key: 'country', value: 'DE', n: 600, errors: 100 },
    ]);
    const { body: view } = await api.get<WindowView>(`/api/v1/windows/${windowId}`);
    expect(view.segments).toEqual(segments);
    const drift = await box.collect('drift.detected', (events) => events.some(({ data }) => data.monitorId === segmented), 5000);
    expect(drift.at(-1)?.data.suspectedCauses).toContainEqual(
      expect.objectContaining({ kind: 'segment', detail: expect.stringContaining('age: without the 200 rows of country PL') }),
    );
    const path = `/api/v1/windows/${windowId}/distributions?feature=age`;
    const { body: one } = await api.get<{ items: DistributionView[] }>(`${path}&segment=country:PL`);
    expect(one.items[0]?.n.window).toBe(200);
    expect((await api.get(`${path}&segment=country:FR`)).status).toBe(404);
    const drifted = `/api/v1/monitors/${segmented}/drift`;
    const { body: poland } = await api.get<DriftMatrixView>(`${drifted}?segment=country:PL`);
    expect(poland).toMatchObject({ segment: 'country:PL', windows: [{ id: windowId, n: 200, verdict: 'alarming' }] });
    const worst = segments?.[0]?.worst;
    const age = poland.features.find(({ feature }) => feature === 'age');
    expect(age?.values).toEqual([{ effect: worst?.effect, alarming: false, words: worst?.words }]);
    expect((await api.get(`${drifted}?segment=country:FR`)).status).toBe(404);
    const wrong = await api.patch<{ errors: { field: string }[] }>(`/api/v1/monitors/${segmented}`, { segments: ['a', 'a'] });
    expect([wrong.status, wrong.body.errors.map(({ field }) => field)]).toEqual([400, ['segments']]);
    expect((await api.patch<MonitorView>(`/api/v1/monitors/${segmented}`, { segments: [] })).body.settings.segments).toEqual([]);
  });

  test('repeats are counted once, each kind of poison is one dead letter with its reason', async () => {
    const before = (await api.get<AccountingView>('/api/v1/accounting')).body;
    const rows = windowOf(6, 100);
    await box.eventLog().produce([...rows, ...rows.slice(0, 30)]);
    const good = JSON.parse(String(rows[0]!.value)) as Record<string, unknown>;
    const poison: [reason: string, value: string | null][] = [
      ['empty (value)', null],
      ['not-json (value)', '{broken'],
      ['not-an-object (value)', '[1, 2]'],
      ['missing-field predictionId', JSON.stringify({ ...good, predictionId: undefined })],
      ['missing-field version', JSON.stringify({ ...good, predictionId: 'p1', version: undefined })],
      ['missing-field time', JSON.stringify({ ...good, predictionId: 'p2', time: undefined })],
      ['bad-time time', JSON.stringify({ ...good, predictionId: 'p3', time: '2026-02-30T00:00:00Z' })],
      ['future-time time', JSON.stringify({ ...good, predictionId: 'p4', time: new Date(Date.now() + 3_600_000).toISOString() })],
      ['wrong-type features.age', JSON.stringify({ ...good, predictionId: 'p5', features: { age: { deep: true } } })],
      ['wrong-type output.score', JSON.stringify({ ...good, predictionId: 'p6', output: { score: 'high' } })],
      ['out-of-bounds latencyMs', JSON.stringify({ ...good, predictionId: 'p7', latencyMs: -1 })],
      ['too-large (value)', JSON.stringify({ ...good, predictionId: 'p8', extra: 'x'.repeat(5 * 1024 * 1024) })],
    ];
    for (const [, value] of poison) await box.publishRaw('prediction.logged', 'poison', value);
    const dead = await box.collect('monitoring.intake.dlq', (letters) => letters.length >= poison.length, 20_000);
    const reasons = dead.map(({ headers }) => headers['db-dlq-reason'] ?? '');
    expect(reasons.toSorted()).toEqual(poison.map(([reason]) => reason).toSorted());
    await settled('the accounts', async () => {
      const { body } = await api.get<AccountingView>('/api/v1/accounting');
      expect(body.counted - before.counted).toBe(100);
      expect(body.deduplicated - before.deduplicated).toBe(30);
      expect(body.deadLettered - before.deadLettered).toBe(poison.length);
      expect(body.consumed).toBe(body.counted + body.deduplicated + body.beyondHorizon + body.unrouted + body.deadLettered);
    });
  });

  test('predictions of a version nobody watches are visible, not lost and not dead letters', async () => {
    const message = predictionMessage({ id: 'ghost', timeMs: T0, row: aRow(random), model: 'ghost-model', version: '9' });
    await box.eventLog().produce([message]);
    await settled('the accounts', async () => {
      const { body } = await api.get<AccountingView>('/api/v1/accounting');
      expect(body.unroutedModels).toEqual([expect.objectContaining({ model: 'ghost-model', version: '9', rows: 1 })]);
    });
  });

  test('a flood of invented versions costs a bounded number of rows, and every prediction is accounted for', async () => {
    const before = (await api.get<AccountingView>('/api/v1/accounting')).body;
    await box.query(
      'monitoring',
      `INSERT INTO unrouted_models (project, model, version, rows) SELECT 'default', 'earlier', 'v' || n, 0 FROM generate_series(1, 950) n`,
    );
    const flood = Array.from({ length: 6000 }, (_, i) =>
      predictionMessage({ id: `flood-${i}`, timeMs: T0, row: aRow(random), model: 'invented', version: `v${i}` }),
    );
    for (let i = 0; i < flood.length; i += 1000) await box.eventLog().produce(flood.slice(i, i + 1000));
    await settled('the accounts', async () => {
      const { body } = await api.get<AccountingView>('/api/v1/accounting');
      expect(body.unrouted - before.unrouted).toBe(6000);
      expect(body.consumed).toBe(body.counted + body.deduplicated + body.beyondHorizon + body.unrouted + body.deadLettered);
    });
    const [table] = await box.query<{ names: string; rows: string; nameless: string }>(
      'monitoring',
      `SELECT count(*) AS names, sum(rows) AS rows, sum(rows) FILTER (WHERE model = '') AS nameless FROM unrouted_models`,
    );
    const { unrouted } = (await api.get<AccountingView>('/api/v1/accounting')).body;
    expect(Number(table?.rows)).toBe(unrouted);
    expect(Number(table?.names)).toBeGreaterThan(990);
    expect(Number(table?.names)).toBeLessThanOrEqual(1001);
    const metric = /^drawbridge_monitoring_unrouted_nameless_total (\d+)$/m.exec(await (await fetch(`${service.url}/metrics`)).text());
    expect(metric?.[1]).toBe(table?.nameless);
    expect((await service.logs()).filter((line) => line.includes('more unknown versions than are told apart'))).toHaveLength(1);
  });

  test('a version that is deployed during a flood of invented ones loses none of its first rows', async () => {
    const invented = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) =>
        predictionMessage({ id: `spam-${from + i}`, timeMs: T0, row: aRow(random), model: 'spam', version: `v${from + i}` }),
      );
    for (let from = 0; from < 1000; from += 40) await box.eventLog().produce(invented(from, from + 40));
    await openMonitor(box, {
      deploymentId: 'dep-4',
      version: '4',
      to: { version: '4', artifactSha256: 'a'.repeat(64) },
      baselineRef: { uri: '/api/v1/artifacts/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
    });
    const rows = Array.from({ length: 300 }, (_, i) =>
      predictionMessage({ id: `real-${i}`, timeMs: T0 + i, row: aRow(random), version: '4' }),
    );
    await box.eventLog().produce([...rows.slice(0, 150), ...invented(1000, 1200), ...rows.slice(150)]);
    const configured = await box.collect('monitor.configured', (events) => events.some(({ data }) => data.version === '4'));
    const { data } = configured.find((event) => event.data.version === '4')!;
    await settled('its rows', async () => {
      const { body } = await api.get<AccountingView>(`/api/v1/monitors/${data.monitorId}/accounting`);
      expect(body).toMatchObject({ counted: 300 });
    });
  });

  test('late rows revise a closed window until its horizon, later ones are only counted', async () => {
    await box.eventLog().produce(windowOf(1, 40, 0, 'late'));
    const start = new Date(T0 + 60_000).toISOString();
    const closed = await box.collect('window.closed', (events) => events.some(({ data }) => data.window.n === 540), 20_000);
    const revised = closed.findLast(({ data }) => data.monitorId === monitorId && data.window.start === start);
    expect(revised?.data.window).toMatchObject({ n: 540, late: 40 });
    expect(revised?.data.window.revision).toBeGreaterThan(1);

    // The window that opened the alarm is still alarming, and its alarm is over: that is no second alarm, and no obstacle.
    await box.eventLog().produce(windowOf(3, 40, 0.6, 'late'));
    const third = new Date(T0 + 3 * 60_000).toISOString();
    const isWhole = ({ data: { window } }: { data: { window: { n: number; start: string } } }): boolean =>
      window.n === 540 && window.start === third;
    const again = await box.collect('window.closed', (events) => events.some(isWhole), 20_000);
    expect(again.findLast(isWhole)?.data.verdict).toBe('alarming');
    const detected = await box.collect('drift.detected', () => true);
    expect(detected.filter(({ data }) => data.monitorId === monitorId)).toHaveLength(1);

    const far = predictionMessage({ id: 'far-too-late', timeMs: T0 - 30 * 86_400_000, row: aRow(random) });
    await box.eventLog().produce([far]);
    await settled('the accounts', async () => {
      const { body } = await api.get<AccountingView>(`/api/v1/monitors/${monitorId}/accounting`);
      expect(body.beyondHorizon).toBe(1);
    });
  });

  test('labels late, early, corrected and retracted end as measured and revised performance', async () => {
    const rows = windowOf(10, 200, 0, 'lab');
    const label = (id: string, part: Record<string, unknown> = {}) => ({
      topic: 'label.received',
      key: id,
      value: JSON.stringify({ predictionId: id, value: 1, observedAt: new Date(T0 + 900_000).toISOString(), ...part }),
    });
    const ids = rows.map(({ key }) => key);
    const truth = (i: number): number => (i % 3 === 0 ? 1 : 0);
    await box.eventLog().produce(ids.slice(0, 50).map((id, i) => label(id, { value: truth(i) })));
    await box.eventLog().produce([...rows, ...windowOf(12, 10, 0, 'tail')]);
    await box.eventLog().produce(ids.slice(50, 195).map((id, i) => label(id, { value: truth(i + 50) })));
    const [measured] = await box.collect('performance.measured', (events) => events.length > 0, 20_000);
    expect(measured?.data).toMatchObject({ ofN: 200, labelled: 195, revision: 1 });
    expect(measured?.data.metrics.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['accuracy', 'auc', 'brier', 'calibrationError']),
    );

    await box
      .eventLog()
      .produce([
        label(ids[0]!, { value: 0, revision: 2 }),
        label(ids[0]!, { value: 1, revision: 1 }),
        label(ids[1]!, { revision: 2, retracted: true }),
        label('(value)', { value: { deep: true } }),
      ]);
    // The corrections lie in several partitions, so they may come one after the other.
    const revised = await box.collect('performance.revised', (events) => events.some(({ data }) => data.labelled === 194), 20_000);
    const { windowId, revision } = revised.find(({ data }) => data.labelled === 194)!.data;
    expect(windowId).toBe(measured?.data.windowId);
    expect(revision).toBeGreaterThanOrEqual(2);
    const { body } = await api.get<Page<PerformanceView>>(`/api/v1/monitors/${monitorId}/performance`);
    expect(body.items.find(({ windowId }) => windowId === measured?.data.windowId)?.revision).toBeGreaterThanOrEqual(2);
    const { body: prediction } = await api.get<PredictionView>(`/api/v1/predictions/${ids[0]}`);
    expect(prediction.label).toMatchObject({ value: '0', revision: 2 });
    const [dead] = await box.collect('monitoring.labels.dlq', (letters) => letters.length > 0, 5000);
    expect(dead?.headers['db-dlq-reason']).toBe('wrong-type value');
  });

  test('settings are read and changed by version, with every change an event', async () => {
    const { body: monitor } = await api.get<MonitorView>(`/api/v1/monitors/${monitorId}`);
    expect(monitor).toMatchObject({
      status: 'active',
      variant: 'stable',
      monitorVersion: 1,
      settings: { windowSeconds: 60, quietWindows: 2 },
    });
    const { status, body: changed } = await api.patch<MonitorView>(`/api/v1/monitors/${monitorId}`, {
      materiality: 0.05,
      monitorVersion: 1,
    });
    expect([status, changed.monitorVersion, changed.settings.materiality]).toEqual([200, 2, 0.05]);
    expect((await api.patch(`/api/v1/monitors/${monitorId}`, { materiality: 0.06, monitorVersion: 1 })).status).toBe(409);
    expect((await api.patch(`/api/v1/monitors/${monitorId}`, { windowSeconds: 3600 })).status).toBe(409);
    const wrong = await api.patch<{ errors: { field: string }[] }>(`/api/v1/monitors/${monitorId}`, { assurance: 7, nonsense: 1 });
    expect([wrong.status, wrong.body.errors.map(({ field }) => field).sort()]).toEqual([400, ['assurance', 'nonsense']]);
    expect((await service.http(box.keys.viewer).patch(`/api/v1/monitors/${monitorId}`, { materiality: 0.07 })).status).toBe(403);
    const own = <T extends { data: { monitorId: string } }>(found: readonly T[]): T[] =>
      found.filter(({ data }) => data.monitorId === monitorId);
    const events = own(await box.collect('monitor.configured', (found) => own(found).length >= 2, 5000));
    expect(events.at(-1)?.data).toMatchObject({ monitorVersion: 2, actor: { type: 'person' } });
  });

  test('windows, drift and distributions are read page by page', async () => {
    const first = await api.get<Page<WindowView>>(`/api/v1/monitors/${monitorId}/windows?limit=2`);
    const second = await api.get<Page<WindowView>>(`/api/v1/monitors/${monitorId}/windows?limit=2&pageToken=${first.body.nextPageToken}`);
    const starts = [...first.body.items, ...second.body.items].map(({ window }) => window.start);
    expect(starts).toEqual([...starts].sort().reverse());
    const { body: matrix } = await api.get<{ features: { feature: string; values: unknown[] }[]; windows: unknown[] }>(
      `/api/v1/monitors/${monitorId}/drift`,
    );
    expect(matrix.features.map(({ feature }) => feature)).toEqual(['age', 'region', 'score']);
    const { body: distributions } = await api.get<{ items: { cells: { window: number }[] }[] }>(
      `/api/v1/windows/${first.body.items.at(-1)?.id}/distributions?feature=age`,
    );
    expect(distributions.items[0]?.cells.reduce((sum, { window }) => sum + window, 0)).toBeCloseTo(1, 9);
    expect((await api.get('/api/v1/windows/not-an-id')).status).toBe(400);
    expect((await api.get('/api/v1/monitors?pageToken=%7B')).status).toBe(400);
  });

  test('every route is guarded', async () => {
    const { admin, expired, revoked, roleless } = box.keys;
    expect(await expectAllRoutesGuarded({ url: service.url, keys: { admin, expired, revoked, roleless } })).toBeGreaterThan(10);
  });

  test('a topic that was deleted and created again stops the reading loudly', async () => {
    await service.stop();
    await box.query('monitoring', `UPDATE consumer_offsets SET topic_id = 'another' WHERE topic = 'prediction.logged'`);
    const counted = async (): Promise<unknown> => box.query('monitoring', 'SELECT sum(consumed) FROM accounting');
    const before = await counted();
    service = await box.startService('monitoring', QUICK, { ready: false });
    await box.eventLog().produce(windowOf(20, 50, 0, 'lost'));
    await settled('not ready, and why', async () => {
      const { status, body } = await service.http().get<{ checks: { name: string; ok: boolean }[] }>('/health/ready');
      expect([status, body.checks.find(({ name }) => name === 'intake')?.ok]).toEqual([503, false]);
      expect((await service.logs()).some((line) => line.includes('reading has stopped'))).toBe(true);
    });
    expect(await counted()).toEqual(before);
  });
});
