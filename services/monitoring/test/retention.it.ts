import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type { Page, PerformanceView, WindowView } from '@drawbridge/contracts';
import { type HttpClient, type RunningChild, sandbox, type Sandbox, sleep } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled } from './world.js';

const ROWS = 6000;
const DAY = 86_400_000;
/** Young enough that each day is a partition. */
const START = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;

/** Real: the service with Kafka and Postgres. Time is moved by making stored rows older. */
describe('old rows', () => {
  let box: Sandbox;
  let service: RunningChild;
  let registry: Server;
  let api: HttpClient;
  let monitorId: string;
  const baseline = aBaseline(2000);
  const random = seeded(3);

  const idOf = (window: number, i: number): string => `w${window}-${i}`;
  const windowOf = (window: number) =>
    Array.from({ length: ROWS }, (_, i) =>
      predictionMessage({ id: idOf(window, i), timeMs: START + window * DAY + Math.floor((i * 59_000) / ROWS), row: aRow(random) }),
    );
  const label = (id: string, value: number, revision = 1) => ({
    topic: 'label.received',
    key: id,
    value: JSON.stringify({ predictionId: id, value, revision, observedAt: new Date(START + 900_000).toISOString() }),
  });

  beforeAll(async () => {
    box = await sandbox('retention');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    service = await box.startService('monitoring', {
      ...QUICK,
      DRAWBRIDGE_REGISTRY_URL: stub.url,
      DRAWBRIDGE_MONITORING_ROWS_DAYS: '30',
      DRAWBRIDGE_MONITORING_RETENTION_INTERVAL: '200ms',
    });
    api = service.http(box.keys.viewer);
    const settings = { windowSeconds: 60, latenessSeconds: 10, idleSeconds: 0.5, labelHorizonSeconds: 40 * 86_400, minRows: 100 };
    await openMonitor(box, { baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length }, monitoring: settings });
    const [configured] = await box.collect('monitor.configured', (events) => events.length > 0);
    monitorId = configured!.data.monitorId;
    for (const window of [0, 1]) {
      await box.eventLog().produce(windowOf(window));
      await box.eventLog().produce(Array.from({ length: ROWS }, (_, i) => label(idOf(window, i), i % 2)));
    }
    await box.collect('performance.measured', (events) => events.length >= 2, 60_000);
  }, 120_000);

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  async function kept(window: number): Promise<{ predictions: number; labels: number }> {
    const [row] = await box.query<{ predictions: string; labels: string }>(
      'monitoring',
      `SELECT (SELECT count(*) FROM predictions WHERE prediction_id LIKE $1) AS predictions,
              (SELECT count(DISTINCT prediction_id) FROM labels WHERE prediction_id LIKE $1) AS labels`,
      [`w${window}-%`],
    );
    return { predictions: Number(row?.predictions), labels: Number(row?.labels) };
  }

  const age = (window: number, days: number): Promise<unknown> =>
    box.query('monitoring', `UPDATE windows SET closed_at = now() - make_interval(days => $1) WHERE start_at = $2`, [
      days,
      new Date(START + window * DAY),
    ]);

  const performances = async (): Promise<PerformanceView[]> =>
    (await api.get<Page<PerformanceView>>(`/api/v1/monitors/${monitorId}/performance`)).body.items;

  test('rows stay as long as labels may come, whatever the setting says', async () => {
    await age(0, 35);
    await sleep(1000);
    expect(await kept(0)).toEqual({ predictions: ROWS, labels: ROWS });
  });

  test('old predictions and their labels leave with their window, and what was found of them stays', async () => {
    const before = await performances();
    await age(0, 41);
    await settled('the rows to be gone', async () => expect(await kept(0)).toEqual({ predictions: 0, labels: 0 }), 20_000);
    expect(await kept(1)).toEqual({ predictions: ROWS, labels: ROWS });
    expect(await performances()).toEqual(before);
    const { body } = await api.get<Page<WindowView>>(`/api/v1/monitors/${monitorId}/windows`);
    expect(body.items.find(({ window }) => window.start === new Date(START).toISOString())?.window.n).toBe(ROWS);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('drawbridge_monitoring_partitions_dropped_total 1');
    expect((await service.logs()).some((line) => line.includes('old rows were removed'))).toBe(true);
  });

  test('a window whose rows have left is not measured again, the others are', async () => {
    await box.eventLog().produce([...Array.from({ length: 50 }, (_, i) => label(idOf(0, i), 0, 2)), label(idOf(1, 1), 0, 2)]);
    // Late rows of the old window: it is revised, and its new rows leave again.
    await box.eventLog().produce([predictionMessage({ id: 'w0-late', timeMs: START + 1000, row: aRow(random) })]);
    const revised = await box.collect('performance.revised', (events) => events.length > 0, 20_000);
    const closed = await box.collect('window.closed', (events) => events.some(({ data }) => data.window.n === ROWS + 1), 20_000);
    expect(closed.findLast(({ data }) => data.window.n === ROWS + 1)?.data.window.start).toBe(new Date(START).toISOString());
    await settled('the late row to be gone', async () => expect((await kept(0)).predictions).toBe(0), 20_000);
    expect(revised.map(({ data }) => [data.start, data.ofN])).toEqual([[new Date(START + DAY).toISOString(), ROWS]]);
    expect((await performances()).map(({ ofN }) => ofN)).toEqual([ROWS, ROWS]);
  });

  test('labels without a prediction leave when nobody can still need them', async () => {
    const strays = (): Promise<number> => kept(0).then(({ labels }) => labels);
    await settled('the labels of removed predictions', async () => expect(await strays()).toBe(50));
    await box.query('monitoring', `UPDATE labels SET stored_at = now() - interval '46 days'`);
    await sleep(1000);
    expect(await strays()).toBe(50);
    await box.query('monitoring', `UPDATE labels SET stored_at = now() - interval '48 days'`);
    await settled('the stray labels to be gone', async () => expect(await strays()).toBe(0), 20_000);
    expect(await kept(1)).toEqual({ predictions: ROWS, labels: ROWS });
  });

  test('names of unknown versions make room after a while, and their rows stay counted', async () => {
    await box.query(
      'monitoring',
      `INSERT INTO unrouted_models VALUES ('default', 'old', '1', 7, now(), now() - interval '31 days'), ('default', 'new', '1', 5, now(), now())`,
    );
    await settled('the old name to be gone', async () => {
      const rows = await box.query<{ model: string; rows: string }>('monitoring', 'SELECT model, rows FROM unrouted_models ORDER BY model');
      expect(rows).toEqual([
        { model: '', rows: '7' },
        { model: 'new', rows: '5' },
      ]);
    });
  });
});
