import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, type DataSource, inTransaction, sqlState } from '@drawbridge/postgres';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { Database } from '../src/persistence/database.js';
import { FlushStore } from '../src/persistence/flush.store.js';
import { KeptRows } from '../src/persistence/kept-rows.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { RetentionStore } from '../src/persistence/retention.store.js';

const DAY = 86_400_000;
const MONITOR = '0190a000-0000-7000-8000-000000000001';

describe('partitions of stored rows', () => {
  let box: Sandbox;
  let source: DataSource;
  let database: Database;
  const today = Math.floor(Date.now() / DAY) * DAY;

  beforeAll(async () => {
    box = await sandbox('partitions');
    await box.migrate('monitoring');
    source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
    database = new Database(source);
  });
  afterAll(async () => {
    await source.destroy();
    await box.dispose();
  });
  afterEach(async () => {
    await source.query('DELETE FROM windows');
    await source.query('DELETE FROM monitors');
    for (const { name } of await new PartitionStore(database).list()) await source.query('SELECT drop_partition($1)', [name]);
  });

  const cover = async (...times: number[]): Promise<string[]> => {
    const store = new PartitionStore(database);
    await store.cover(times);
    return (await store.list()).map(({ name }) => name);
  };
  const keep = async (id: string, startMs: number): Promise<void> => {
    const kept = new KeptRows();
    kept.add({
      project: 'default',
      predictionId: id,
      monitorId: MONITOR,
      startMs,
      timeMs: startMs,
      score: 0.5,
      outputClass: null,
      failed: false,
      latencyMs: NaN,
      traceId: null,
      features: null,
    });
    const store = new FlushStore(new PartitionStore(database));
    await store.makeRoom([{ startMs }]);
    await inTransaction(source, (tx) => store.writeKept(tx, kept));
  };
  const ids = async (): Promise<string[]> =>
    (await source.query<{ id: string }[]>('SELECT prediction_id AS id FROM predictions ORDER BY 1')).map(({ id }) => id);
  const windows = async (closedDaysAgo: readonly [startMs: number, days: number][]): Promise<void> => {
    await source.query(
      `INSERT INTO monitors (id, project, endpoint, endpoint_id, environment, model, model_id, version, variant, settings, deployment_id,
         deployment_ids, cause_id, chain_id, traffic_at)
       VALUES ($1, 'default', 'e', 'e', 'p', 'm', 'm', '1', 'stable', '{"labelHorizonSeconds": 60, "horizonSeconds": 60}', 'd', '{d}', 'c', 'c', now())`,
      [MONITOR],
    );
    for (const [startMs, days] of closedDaysAgo) {
      await source.query(
        `INSERT INTO windows (id, monitor_id, start_at, end_at, status, closed_at)
         VALUES (gen_random_uuid(), $1, $2, $2, 'closed', now() - make_interval(days => $3))`,
        [MONITOR, new Date(startMs), days],
      );
    }
  };

  test('are days for young rows and longer for old ones, however odd the times are', async () => {
    const year = new Date(today).getUTCFullYear() - 5;
    const times = [today, today - DAY, Date.UTC(year, 1, 3), Date.UTC(year, 10, 30), Date.UTC(1987, 4, 1), Date.UTC(1, 0, 1), -6e13];
    const names = await cover(...times);
    expect(names).toEqual([dayName(today), dayName(today - DAY), `y${year}`, 'old']);
    for (const [i, time] of times.entries()) await keep(`p${i}`, time);
    expect(await ids()).toEqual(times.map((_, i) => `p${i}`));
  });

  test('are few when a replay spreads over two years, also where days were there before', async () => {
    const early = today - 300 * DAY;
    await cover(early);
    const names = await cover(...Array.from({ length: 730 }, (_, i) => today - i * DAY));
    expect(names.length).toBeLessThan(80);
    const found = await new PartitionStore(database).list();
    for (let i = 0; i < 730; i += 1) {
      expect(found.filter(({ fromMs, toMs }) => fromMs <= today - i * DAY && toMs > today - i * DAY)).toHaveLength(1);
    }
  });

  test('are made once when many processes want the same at once', async () => {
    const names = await Promise.all(Array.from({ length: 8 }, () => cover(today, today - 100 * DAY)));
    expect(new Set(names.map(String)).size).toBe(1);
    expect(names[0]).toHaveLength(2);
  });

  test('are dropped whole when every window in them is due, and not before', async () => {
    const old = today - 3 * DAY;
    await windows([
      [old, 41],
      [old + 3_600_000, 20],
      [today, 41],
    ]);
    await keep('a', old);
    await keep('b', old + 3_600_000);
    await keep('c', today);
    const retention = new RetentionStore(database);
    const due = (days: number): Promise<string[]> => retention.due((days * DAY) / 1000);
    expect(await due(40)).toEqual([dayName(today)]);
    expect(await due(10)).toEqual([dayName(old), dayName(today)]);

    const drop = (): Promise<boolean> => database.transaction((tx) => new PartitionStore(database).drop(tx, dayName(old)));
    expect(await drop()).toBe(false);
    await database.transaction((tx) => retention.letGo(tx, dayName(old), (10 * DAY) / 1000));
    expect(await drop()).toBe(true);
    expect(await drop()).toBe(false);
    expect(await ids()).toEqual(['c']);
    await database.transaction((tx) => retention.finish(tx, dayName(old)));
    expect(await source.query('SELECT rows_state FROM windows ORDER BY start_at')).toEqual([
      { rows_state: 'gone' },
      { rows_state: 'gone' },
      { rows_state: 'kept' },
    ]);
    // A late row of a window that is gone finds a place again.
    await keep('late', old);
    expect(await ids()).toEqual(['c', 'late']);
  });

  test.each(['windows', 'd20260101; DROP TABLE windows', 'unjoined', 'd20261341', ''])('nothing else is dropped: %p', async (name) => {
    const error = await source.query('SELECT drop_partition($1)', [name]).catch((failure: unknown) => failure);
    expect(['22023', '22008']).toContain(sqlState(error));
  });

  test('and the role of the service can neither make nor drop a table by itself', async () => {
    const [name] = await cover(today);
    for (const sql of [
      `DROP TABLE predictions_${name}`,
      'DROP TABLE windows',
      'CREATE TABLE mine (a int)',
      `TRUNCATE predictions_${name}`,
    ]) {
      expect(sqlState(await source.query(sql).catch((failure: unknown) => failure))).toBe('42501');
    }
    await expect(source.query('SELECT drop_partition($1)', [name])).resolves.toEqual([{ drop_partition: true }]);
  });
});

function dayName(ms: number): string {
  return `d${new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')}`;
}
