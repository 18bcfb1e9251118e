import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type { AccountingView, Page, WindowView } from '@drawbridge/contracts';
import { type RunningChild, sandbox, type Sandbox, sleep } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

const LEAST_ROWS = 18_000;
const ROWS_PER_WINDOW = 3000;
const MOST_AHEAD = 8000;
const KILLS = 6;

/** Flushes that take a while, so that a kill finds unflushed records nearly every time. */
const SLOW_FLUSH = {
  ...QUICK,
  DRAWBRIDGE_MONITORING_FLUSH_INTERVAL: '400ms',
  DRAWBRIDGE_MONITORING_FLUSH_RECORDS: '100000',
  DRAWBRIDGE_LOG_LEVEL: 'debug',
};

describe('killed with unflushed work', () => {
  let box: Sandbox;
  let registry: Server;
  let env: Record<string, string>;
  let service: RunningChild;
  let monitorId: string;
  const baseline = aBaseline();

  beforeEach(async () => {
    box = await sandbox('crash');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    env = { ...SLOW_FLUSH, DRAWBRIDGE_REGISTRY_URL: stub.url };
  });

  afterEach(async () => {
    registry.close();
    await box.dispose();
  });

  async function begin(extra: Record<string, string> = {}): Promise<void> {
    service = await box.startService('monitoring', { ...env, ...extra });
    await openMonitor(box, { baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length } });
    const [configured] = await box.collect('monitor.configured', (events) => events.length > 0);
    monitorId = configured!.data.monitorId;
  }

  /** Sends rows at a steady pace until told to stop, one in fifty twice; resolves to what each window must hold. */
  async function send(until: () => boolean): Promise<Map<string, number>> {
    const random = seeded(11);
    const truth = new Map<string, number>();
    const log = box.eventLog();
    for (let sent = 0; sent < LEAST_ROWS || !until(); sent += 500) {
      const window = Math.floor(sent / ROWS_PER_WINDOW);
      const start = new Date(T0 + window * 60_000).toISOString();
      const batch = Array.from({ length: 500 }, (_, i) => {
        const timeMs = T0 + window * 60_000 + ((sent + i) % ROWS_PER_WINDOW) * 19;
        return predictionMessage({ id: `row-${sent + i}`, timeMs, row: aRow(random, window % 5 === 3 ? 0.5 : 0) });
      });
      truth.set(start, (truth.get(start) ?? 0) + 500);
      // Never far ahead of a service that spends its time starting.
      while ((sent - MOST_AHEAD) * 1.02 > (await stored())) await sleep(200);
      await log.produce([...batch, ...batch.filter((_, i) => i % 50 === 0)]);
      await sleep(120);
    }
    return truth;
  }

  /** Kills it as soon as it says that it has unflushed records, and starts it again. */
  async function killAgainAndAgain(extra: Record<string, string> = {}): Promise<number> {
    let found = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const begun = await stored();
      await settled('something stored after the start', async () => expect(await stored()).toBeGreaterThan(begun), 60_000);
      await sleep(150 + kill * 37);
      const before = await stored();
      await service.kill('SIGKILL');
      // Read but not stored: records behind the position were in memory when it died.
      const lines = (await service.logs()).filter((line) => line.includes('"records read"'));
      const read = lines.map((line) => JSON.parse(line) as { partition: number; next: string; pending: number }).at(-1);
      if (read !== undefined && read.pending > 0 && (await stored()) === before) found += 1;
      service = await box.startService('monitoring', { ...env, ...extra }, { ready: false });
    }
    return found;
  }

  /** Records stored, whatever the strategy. */
  async function stored(): Promise<number> {
    const [row] = await box.query<{ sum: string }>('monitoring', 'SELECT coalesce(sum(consumed), 0) AS sum FROM accounting');
    return Number(row?.sum);
  }

  async function counted(): Promise<{ windows: Map<string, number>; accounts: AccountingView }> {
    const api = service.http(box.keys.viewer);
    const { body } = await api.get<Page<WindowView>>(`/api/v1/monitors/${monitorId}/windows?limit=100&status=closed`);
    const { body: accounts } = await api.get<AccountingView>(`/api/v1/monitors/${monitorId}/accounting`);
    return { windows: new Map(body.items.map(({ window }) => [window.start, window.n])), accounts };
  }

  const total = (windows: ReadonlyMap<string, number>): number => [...windows.values()].reduce((sum, n) => sum + n, 0);

  /** Rows sent, and what was counted of them after the kills. */
  async function run(extra: Record<string, string> = {}): Promise<{ truth: Map<string, number>; found: number }> {
    await begin(extra);
    let killing = true;
    const sending = send(() => !killing);
    const found = await killAgainAndAgain(extra).finally(() => (killing = false));
    const truth = await sending;
    const rows = total(truth);
    await settled('everything read', async () => expect(await stored()).toBeGreaterThanOrEqual(rows * 1.02), 90_000);
    await settled('all windows closed', async () => expect((await counted()).windows.size).toBe(truth.size), 60_000);
    await settled('no window open', async () => expect(await openWindows()).toBe(0), 30_000);
    return { truth, found };
  }

  async function openWindows(): Promise<number> {
    const [row] = await box.query<{ n: string }>(
      'monitoring',
      `SELECT (SELECT count(*) FROM windows WHERE status = 'open') + (SELECT count(*) FROM window_changes WHERE cause = 'late') AS n`,
    );
    return Number(row?.n);
  }

  test('every row is counted once, and every detection is announced once', async () => {
    const { truth, found } = await run();
    expect(found).toBeGreaterThanOrEqual(KILLS / 2);
    const { windows, accounts } = await counted();
    const rows = total(truth);
    expect(Object.fromEntries(windows)).toEqual(Object.fromEntries(truth));
    expect(accounts).toMatchObject({ consumed: rows * 1.02, counted: rows, deduplicated: rows * 0.02 });
    const detections = await box.collect('drift.detected', (events) => events.length > 0, 5000);
    const contents = new Map(detections.map(({ headers, data }) => [headers['ce_id'], JSON.stringify(data)]));
    for (const { headers, data } of detections) expect(JSON.stringify(data)).toBe(contents.get(headers['ce_id']));
  }, 400_000);

  test('the same with Kafka commits after the transaction counts wrong: the test would notice', async () => {
    const { truth } = await run({ DRAWBRIDGE_MONITORING_COMMIT: 'after' });
    expect(total((await counted()).windows)).not.toBe(total(truth));
  }, 400_000);

  test('a frozen process that wakes up after its partitions were taken over has its writes refused', async () => {
    await begin();
    // The same port on another loopback address.
    const second = await box.startService('monitoring', { ...env, DRAWBRIDGE_HOST: '127.0.0.2' }, { ready: false });
    let freezing = true;
    const sending = send(() => !freezing);
    try {
      // Both write the same log: three partitions for the first, then all of them again when the second joins.
      const aligned = async (): Promise<number> => (await second.logs()).filter((line) => line.includes('partition aligned')).length;
      await settled('both have partitions', async () => expect(await aligned()).toBeGreaterThanOrEqual(6), 60_000);
      for (let round = 0; round < 3; round += 1) {
        await sleep(700);
        await service.kill('SIGSTOP');
        const begun = await stored();
        await sleep(3500);
        await settled('the other one goes on', async () => expect(await stored()).toBeGreaterThan(begun), 60_000);
        await service.kill('SIGCONT');
      }
    } finally {
      freezing = false;
    }
    const truth = await sending;
    const rows = total(truth);
    await settled('everything read', async () => expect(await stored()).toBeGreaterThanOrEqual(rows * 1.02), 90_000);
    await settled('no window open', async () => expect(await openWindows()).toBe(0), 60_000);
    const { windows, accounts } = await counted();
    expect(Object.fromEntries(windows)).toEqual(Object.fromEntries(truth));
    expect(accounts).toMatchObject({ consumed: rows * 1.02, counted: rows });
    const refused = (await service.logs()).filter((line) => line.includes('another process moved the position'));
    expect(refused.length).toBeGreaterThan(0);
  }, 400_000);
});
