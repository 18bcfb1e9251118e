import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import { onServer, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

const MODELS = ['a', 'b', 'c', 'd', 'e', 'f'];
const BROKEN = 'c';
const ROWS = 300;

describe('windows of many monitors end at the same moment', () => {
  let box: Sandbox;
  let registry: Server;
  const baseline = aBaseline();
  const random = seeded(11);

  const owner = (sql: string) => onServer(box.migrationUrl('monitoring'), (client) => client.query(sql));
  const closed = async (): Promise<Record<string, number[]>> => {
    const found = await box.query<{ model: string; n: string }>(
      'monitoring',
      `SELECT m.model, w.n FROM windows w JOIN monitors m ON m.id = w.monitor_id WHERE w.status = 'closed' ORDER BY m.model, w.start_at`,
    );
    const byModel: Record<string, number[]> = {};
    for (const { model, n } of found) (byModel[model] ??= []).push(Number(n));
    return byModel;
  };

  beforeAll(async () => {
    box = await sandbox('closing');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    // One window of one monitor cannot be closed, for a reason that nobody foresaw.
    await owner(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen' USING ERRCODE = 'check_violation'; END $$`,
    );
    await owner(`CREATE TRIGGER unforeseen BEFORE UPDATE ON windows FOR EACH ROW
      WHEN (NEW.status = 'closed' AND NEW.n > ${String(ROWS)}) EXECUTE FUNCTION refuse()`);
    const service = await box.startService('monitoring', { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url });
    expect(service.running).toBe(true);
    for (const model of MODELS) {
      await openMonitor(box, {
        deploymentId: `dep-${model}`,
        endpointId: `endpoint-${model}`,
        endpoint: model,
        modelId: `model-${model}`,
        model,
        baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
      });
    }
    await box.collect('monitor.configured', (events) => events.length >= MODELS.length, 30_000);
  });

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  test('one that cannot be closed holds up none of the others, not even of its monitor, and is closed when it can', async () => {
    const rows = (window: number, model: string, n: number, shift: number) =>
      Array.from({ length: n }, (_, i) =>
        predictionMessage({
          id: `${model}-${window}-${i}`,
          timeMs: T0 + window * 60_000 + Math.floor((i * 59_000) / n),
          row: aRow(random, shift),
          model,
          extra: { endpoint: model },
        }),
      );
    const all = [0, 1, 2].flatMap((window) =>
      MODELS.flatMap((model) => rows(window, model, model === BROKEN && window === 0 ? ROWS + 1 : ROWS, window === 1 ? 1 : 0)),
    );
    await box.eventLog().produce(all);
    const others = Object.fromEntries(MODELS.filter((model) => model !== BROKEN).map((model) => [model, [ROWS, ROWS, ROWS]]));
    await settled('the others', async () => expect(await closed()).toEqual({ ...others, [BROKEN]: [ROWS, ROWS] }), 30_000);
    await owner('DROP TRIGGER unforeseen ON windows');
    await settled('all of them', async () => expect(await closed()).toEqual({ ...others, [BROKEN]: [ROWS + 1, ROWS, ROWS] }), 30_000);
  });

  test('each says so in the order of its windows, and names its drift once, after the window that showed it', async () => {
    const windows = await box.collect('window.closed', (events) => events.length >= 3 * MODELS.length);
    const drifts = await box.collect('drift.detected', (events) => events.length >= MODELS.length);
    expect(windows).toHaveLength(3 * MODELS.length);
    expect(drifts.map(({ data }) => data.model).toSorted()).toEqual(MODELS);
    for (const model of MODELS) {
      const own = windows
        .filter(({ data }) => data.model === model)
        .toSorted((a, b) => (a.data.window.start < b.data.window.start ? -1 : 1));
      const [drift] = drifts.filter(({ data }) => data.model === model);
      expect(own.map(({ data }) => data.verdict)).toEqual(['quiet', 'alarming', 'quiet']);
      expect(drift?.headers['ce_causeid']).toBe(own[1]?.headers['ce_id']);
      expect(Number(drift?.headers['ce_sequence'])).toBeGreaterThan(Number(own[1]?.headers['ce_sequence']));
      expect(drift?.data.exemplars.every(({ predictionId }) => predictionId.startsWith(`${model}-1-`))).toBe(true);
      expect(drift?.data.exemplars.length).toBeGreaterThan(0);
    }
  });

  test('a closing that hangs holds up only the few windows that it closes, and the others are closed after it', async () => {
    const open = "SELECT start_at FROM windows WHERE status = 'open'";
    const count = async (sql: string): Promise<number> => (await box.query('monitoring', sql)).length;
    await onServer(box.migrationUrl('monitoring'), async (hanging) => {
      await hanging.query('BEGIN');
      await hanging.query('LOCK TABLE outbox IN EXCLUSIVE MODE');
      const row = (window: number, i: number) => ({
        id: `late-${window}-${i}`,
        timeMs: T0 + window * 60_000 + i * 100,
        row: aRow(random),
        model: 'a',
        extra: { endpoint: 'a' },
      });
      const windows = [10, 11, 12, 13, 14, 15, 16];
      await box.eventLog().produce(windows.flatMap((window) => Array.from({ length: 40 }, (_, i) => predictionMessage(row(window, i)))));
      const free = async (): Promise<number[]> => [await count(open), await count(`${open} FOR SHARE SKIP LOCKED`)];
      await settled('the closing hangs', async () => expect(await free()).toEqual([windows.length, 2]), 30_000);
      await hanging.query('ROLLBACK');
    });
    await settled(
      'all of them',
      async () => expect((await closed()).a).toEqual([ROWS, ROWS, ROWS, ...Array.from({ length: 7 }, () => 40)]),
      30_000,
    );
  });

  test('numbers near the largest there are keep no window from closing', async () => {
    const row = (window: number, i: number, value: number) =>
      predictionMessage({
        id: `huge-${window}-${i}`,
        timeMs: T0 + window * 60_000 + i * 100,
        row: { ...aRow(random), age: value },
        model: 'b',
        extra: { endpoint: 'b', output: { score: value } },
      });
    const huge = [1.7e308, 1.7e308, -1.7e308, -1.7e308, -1.7e308, 1.6e308];
    await box
      .eventLog()
      .produce([30, 31].flatMap((window) => Array.from({ length: 40 }, (_, i) => row(window, i, huge[i % (window - 28)] ?? 1))));
    await settled('both', async () => expect((await closed()).b).toEqual([ROWS, ROWS, ROWS, 40, 40]), 30_000);
    const found = await box.collect('window.closed', (events) =>
      events.some(({ data }) => data.window.start === new Date(T0 + 31 * 60_000).toISOString()),
    );
    expect(found.at(-1)?.data.prediction).toBeNull();
  });
});
