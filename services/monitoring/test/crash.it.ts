import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type { AccountingView, Page, WindowView } from '@drawbridge/contracts';
import { type RunningChild, sandbox, type Sandbox, sleep } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

/** The long form asks for more of both and keeps its result lines. */
const LEAST_ROWS = Number(process.env['DRAWBRIDGE_CRASH_ROWS'] ?? '18000');
const KILLS = Number(process.env['DRAWBRIDGE_CRASH_KILLS'] ?? '6');
const RESULT_FILE = process.env['DRAWBRIDGE_CRASH_RESULT_FILE'];
const ROWS_PER_WINDOW = Math.max(3000, Math.ceil(LEAST_ROWS / 20));
const MOST_AHEAD = 8000;
const TIMEOUT_MS = 400_000 + KILLS * 30_000;

/** Flushes that take a while, so that a kill finds unflushed records nearly every time. */
const SLOW_FLUSH = {
  ...QUICK,
  DRAWBRIDGE_MONITORING_FLUSH_INTERVAL: '400ms',
  DRAWBRIDGE_MONITORING_FLUSH_RECORDS: '100000',
  DRAWBRIDGE_LOG_LEVEL: 'debug',
};

interface Kills {
  all: number;
  /** Kills that found records read but not stored: only these prove anything. */
  withUnflushed: number;
  lostRecords: number;
}

/** One line per experiment, for the long form. */
function keep({ begun, ...result }: { begun: number } & Readonly<Record<string, unknown>>): void {
  if (RESULT_FILE === undefined) return;
  const line = { ...result, seconds: Math.round((Date.now() - begun) / 1000), at: new Date().toISOString(), node: process.version };
  appendFileSync(RESULT_FILE, `${JSON.stringify(line)}\n`);
}

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
        const timeMs = T0 + window * 60_000 + Math.floor((((sent + i) % ROWS_PER_WINDOW) * 57_000) / ROWS_PER_WINDOW);
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

  /** Kills it while it works and starts it again, until so many kills have found records that were read but not stored. */
  async function killAgainAndAgain(extra: Record<string, string> = {}): Promise<Kills> {
    const kills: Kills = { all: 0, withUnflushed: 0, lostRecords: 0 };
    while (kills.withUnflushed < KILLS && kills.all < 3 * KILLS) {
      const begun = await stored();
      await settled('something stored after the start', async () => expect(await stored()).toBeGreaterThan(begun), 60_000);
      // Another moment of its work each time, and one at which there is something to lose, if that comes soon.
      await sleep((kills.all % 5) * 37);
      for (let waited = 0; waited < 3000 && (await unflushed()) === 0; waited += 20) await sleep(20);
      await service.kill('SIGKILL');
      const lost = await unflushed();
      kills.all += 1;
      if (lost > 0) kills.withUnflushed += 1;
      kills.lostRecords += lost;
      service = await box.startService('monitoring', { ...env, ...extra }, { ready: false });
    }
    return kills;
  }

  /** Records that the log says were read and the database does not know: they were in memory when the process died. */
  async function unflushed(): Promise<number> {
    const read = new Map<number, number>();
    for (const line of await service.logs()) {
      if (!line.includes('"records read"')) continue;
      const { partition, next } = JSON.parse(line) as { partition: number; next: string };
      read.set(partition, Number(next));
    }
    const positions = await box.query<{ partition: number; next: string }>(
      'monitoring',
      `SELECT partition, next FROM consumer_offsets WHERE topic = 'prediction.logged'`,
    );
    return positions.reduce((sum, { partition, next }) => sum + Math.max(0, (read.get(partition) ?? 0) - Number(next)), 0);
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
  async function readUnderKills(extra: Record<string, string> = {}): Promise<{ truth: Map<string, number>; kills: Kills }> {
    await begin(extra);
    let killing = true;
    const sending = send(() => !killing);
    const kills = await killAgainAndAgain(extra).finally(() => (killing = false));
    const truth = await sending;
    const rows = total(truth);
    await settled('everything read', async () => expect(await stored()).toBeGreaterThanOrEqual(rows * 1.02), 90_000);
    await standsStill();
    // What a killed process stored may be all there is before the last one that was started answers.
    await settled('the service is up', async () => expect((await service.http().get('/health/live')).status).toBe(200), 60_000);
    return { truth, kills };
  }

  /** Nothing more is stored for a while: all that will be read has been. */
  async function standsStill(): Promise<void> {
    for (let before = -1, now = await stored(); now !== before; now = await stored()) {
      before = now;
      await sleep(3000);
    }
  }

  /** The same, and every window closed. */
  async function run(): Promise<{ truth: Map<string, number>; kills: Kills }> {
    const { truth, kills } = await readUnderKills();
    await settled('all windows closed', async () => expect((await counted()).windows.size).toBe(truth.size), 60_000);
    await settled('no window open', async () => expect(await openWindows()).toBe(0), 30_000);
    return { truth, kills };
  }

  async function openWindows(): Promise<number> {
    const [row] = await box.query<{ n: string }>(
      'monitoring',
      `SELECT (SELECT count(*) FROM windows WHERE status = 'open') + (SELECT count(*) FROM window_changes WHERE cause = 'late') AS n`,
    );
    return Number(row?.n);
  }

  test(
    'every row is counted once, and every detection is announced once',
    async () => {
      const begun = Date.now();
      const { truth, kills } = await run();
      const { windows, accounts } = await counted();
      const rows = total(truth);
      const detections = await box.collect('drift.detected', (events) => events.length > 0, 5000);
      const contents = new Map(detections.map(({ headers, data }) => [headers['ce_id'], JSON.stringify(data)]));
      const differing = detections.filter(({ headers, data }) => JSON.stringify(data) !== contents.get(headers['ce_id'])).length;
      const windowError = [...truth].reduce((sum, [start, n]) => sum + Math.abs(n - (windows.get(start) ?? 0)), 0);
      keep({
        experiment: 'exact counts',
        rows,
        repeats: rows * 0.02,
        kills,
        windowError,
        accounts,
        detections: contents.size,
        differing,
        begun,
      });
      expect(kills.withUnflushed).toBe(KILLS);
      expect(Object.fromEntries(windows)).toEqual(Object.fromEntries(truth));
      expect(accounts).toMatchObject({ consumed: rows * 1.02, counted: rows, deduplicated: rows * 0.02 });
      expect(differing).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    'the same with Kafka commits after the transaction counts wrong: the test would notice',
    async () => {
      const begun = Date.now();
      const { truth, kills } = await readUnderKills({ DRAWBRIDGE_MONITORING_COMMIT: 'after' });
      // Its positions are wrong too, so that some windows may never close: what was counted is compared, not what was closed.
      let counts = 0;
      // The last start may still be on its way.
      await settled('the service answers', async () => void (counts = (await counted()).accounts.counted), 60_000);
      keep({ experiment: 'control: commit after', rows: total(truth), kills: kills.all, counted: counts, begun });
      expect(counts).not.toBe(total(truth));
    },
    TIMEOUT_MS,
  );

  test(
    'a frozen process that wakes up after its partitions were taken over has its writes refused',
    async () => {
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
    },
    TIMEOUT_MS,
  );
});
