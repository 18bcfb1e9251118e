import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Outbox } from '@drawbridge/outbox';
import { createDataSource, type DataSource, inTransaction, type Transaction } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import { onServer, sandbox, type Sandbox } from '@drawbridge/testing';
import { LabelJoiner } from '../src/closing/label-joiner.js';
import { RefusedLabels } from '../src/closing/refused-labels.js';
import { idTimeMs } from '../src/domain/id-time.js';
import { decodeLabel } from '../src/intake/label.codec.js';
import { Database } from '../src/persistence/database.js';
import { DeadLetterStore } from '../src/persistence/dead-letter.store.js';
import { FlushStore } from '../src/persistence/flush.store.js';
import { KeptRows } from '../src/persistence/kept-rows.js';
import { type Joined, LabelJoinStore } from '../src/persistence/label-join.store.js';
import { LabelStore, type StoredLabel } from '../src/persistence/label.store.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { PerformanceStore } from '../src/persistence/performance.store.js';

const quiet = createLogger('test', { write: () => true });
const HOUR = 3_600_000;
const MONITOR = '0190a000-0000-7000-8000-000000000001';
const OTHER = '0190a000-0000-7000-8000-000000000002';
const T0 = Date.now() - 3 * 24 * HOUR - (Date.now() % (24 * HOUR));

interface Made {
  readonly id: string;
  readonly timeMs: number;
  readonly score?: number;
  readonly monitorId?: string;
}

describe('labels', () => {
  let box: Sandbox;
  let source: DataSource;
  let database: Database;
  let joins: LabelJoinStore;
  let partitions: PartitionStore;

  beforeAll(async () => {
    box = await sandbox('label-join');
    await box.migrate('monitoring');
    source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
    database = new Database(source);
    joins = new LabelJoinStore(database);
    partitions = new PartitionStore(database);
  });
  afterAll(async () => {
    await source.destroy();
    await box.dispose();
  });
  afterEach(async () => {
    for (const table of ['predictions', 'labels', 'label_arrivals', 'window_changes', 'label_clocks', 'astray_partitions']) {
      await source.query(`DELETE FROM ${table}`);
    }
  });

  const startOf = (ms: number): number => Math.floor(ms / HOUR) * HOUR;
  const predict = async (made: readonly Made[]): Promise<void> => {
    const kept = new KeptRows();
    for (const { id, timeMs, score = 0.5, monitorId = MONITOR } of made) {
      kept.add({
        project: 'default',
        predictionId: id,
        monitorId,
        startMs: startOf(timeMs),
        timeMs,
        score,
        outputClass: '1',
        failed: false,
        latencyMs: NaN,
        traceId: null,
        features: null,
      });
    }
    const store = new FlushStore(partitions);
    await store.makeRoom(made.map(({ timeMs }) => ({ startMs: startOf(timeMs) })));
    await inTransaction(source, (tx) => store.writeKept(tx, kept));
  };
  const label = (id: string, value: number, revision = 1, part: Partial<StoredLabel> = {}): StoredLabel => ({
    project: 'default',
    predictionId: id,
    text: String(value),
    numeric: value,
    observedMs: T0 + 48 * HOUR,
    revision,
    weight: null,
    source: null,
    retracted: false,
    madeMs: idTimeMs(id),
    offset: 0,
    ...part,
  });
  const come = (labels: readonly StoredLabel[], partition = 0): Promise<void> =>
    inTransaction(source, (tx) => new LabelStore().write(tx, partition, labels));
  const refused = (): RefusedLabels => {
    const deadLetters = new DeadLetterStore(database, new Outbox({ service: 'monitoring', installation: 'test' }));
    return new RefusedLabels(database, joins, deadLetters, { log: quiet, refused: () => undefined });
  };
  const join = (): Promise<number> => new LabelJoiner(database, joins, partitions, refused()).run();
  const owner = (sql: string) => onServer(box.migrationUrl('monitoring'), (client) => client.query(sql));
  const refuseThirteen = async (): Promise<void> => {
    await owner(
      `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen' USING ERRCODE = 'check_violation'; END $$`,
    );
    await owner(`CREATE TRIGGER unforeseen BEFORE INSERT ON labels FOR EACH ROW WHEN (NEW.value = '13') EXECUTE FUNCTION refuse()`);
  };
  const close = (startMs: number): Promise<void> =>
    database.transaction(async (tx) => {
      await joins.waitForJoins(tx);
      await joins.joinWindow(tx, MONITOR, startMs, startMs + HOUR);
    });
  const labelled = (startMs: number): Promise<unknown[]> =>
    database.transaction((tx) => new PerformanceStore(database).labelled(tx, MONITOR, startMs));
  const notes = (): Promise<unknown[]> =>
    source.query(`SELECT start_at, sum(labels)::int AS n FROM window_changes WHERE cause = 'label' GROUP BY 1 ORDER BY 1`);

  test('join alike one by one and by whole partitions', async () => {
    // Across midnight, with ids from either side of it.
    const made = Array.from({ length: 400 }, (_, i) => {
      const timeMs = T0 + 20 * HOUR + i * 60_000;
      return { id: versionSeven(timeMs + (i % 3 === 0 ? 50 * 60_000 : 0), i), timeMs, score: i / 400 };
    });
    await predict(made);
    const labels = [
      ...made.filter((_, i) => i % 2 === 0).map(({ id }, i) => label(id, i % 2)),
      ...Array.from({ length: 20 }, (_, i) => label(versionSeven(T0 + 22 * HOUR, 1000 + i), 1)),
    ];
    const results: unknown[] = [];
    for (const whole of [true, false]) {
      await come(labels);
      const arrivals = (await joins.next())!;
      const all = { joined: 0, left: 0 };
      const count = (work: (tx: Transaction) => Promise<Joined>): Promise<void> =>
        database.transaction(async (tx) => {
          const { joined, left, clocks } = await work(tx);
          await joins.advanceClocks(tx, clocks);
          all.joined += joined;
          all.left += left;
        });
      if (whole) for (const one of await partitions.list()) await count((tx) => joins.joinWhole(tx, arrivals, one));
      await count((tx) => joins.joinEach(tx, arrivals));
      expect(all).toEqual({ joined: 200, left: 20 });
      expect(await joins.next()).toBeUndefined();
      const starts = [...new Set(made.map(({ timeMs }) => startOf(timeMs)))];
      results.push([await notes(), await Promise.all(starts.map(labelled)), await source.query('SELECT observed_at FROM label_clocks')]);
      for (const table of ['labels', 'window_changes', 'label_clocks']) await source.query(`DELETE FROM ${table}`);
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('that come before their predictions join them when the window closes', async () => {
    const id = versionSeven(T0, 1);
    await come([label(id, 1), label('flight-7', 0)]);
    expect(await join()).toBe(2);
    expect(await notes()).toEqual([]);
    await predict([
      { id, timeMs: T0 },
      { id: 'flight-7', timeMs: T0 },
    ]);
    await close(T0);
    expect(await labelled(T0)).toMatchObject([{ labelText: '1' }, { labelText: '0' }]);
    expect(await notes()).toEqual([{ start_at: new Date(T0), n: 2 }]);
  });

  test('find predictions whose id says nothing of their time, or something else', async () => {
    const other = versionSeven(T0 + 70 * HOUR, 3);
    await predict([
      { id: 'flight-8', timeMs: T0 },
      { id: other, timeMs: T0 },
    ]);
    await close(T0);
    await come([label('flight-8', 1), label(other, 0)]);
    await join();
    expect(await labelled(T0)).toHaveLength(2);
    expect(await source.query(`SELECT count(*)::int AS n FROM labels WHERE start_at = '-infinity'`)).toEqual([{ n: 0 }]);
  });

  test('count by their highest revision, of equal ones the first, and not when retracted', async () => {
    const ids = [0, 1, 2].map((i) => versionSeven(T0 + i, i));
    await predict(ids.map((id, i) => ({ id, timeMs: T0 + i })));
    await come([label(ids[0]!, 1, 2), label(ids[1]!, 1), label(ids[2]!, 1)]);
    await come([label(ids[0]!, 0, 1), label(ids[1]!, 0), label(ids[2]!, 1, 2, { retracted: true })]);
    await join();
    expect(await labelled(T0)).toMatchObject([{ labelText: '1' }, { labelText: '1' }]);
    await come([label(ids[2]!, 0, 3)]);
    await join();
    expect(await labelled(T0)).toMatchObject([{ labelText: '1' }, { labelText: '1' }, { labelText: '0' }]);
  });

  test('that the database refuses become dead letters that can be sent again, and all others join', async () => {
    await refuseThirteen();
    // As many as are joined by whole partitions, and a few whose predictions nobody knows.
    const made = Array.from({ length: 500 }, (_, i) => ({ id: versionSeven(T0 + i, i), timeMs: T0 + i }));
    await predict(made);
    const some = made.map(({ id }, i) => label(id, i % 200 === 7 ? 13 : i % 2, 1, { offset: 5_000_000_000 + i }));
    await come([...some, label('nobody', 13, 3, { offset: 1, source: 'clerk', weight: 0.5 }), label('somebody', 1, 1, { offset: 2 })], 2);
    while ((await join()) > 0) continue;
    expect(await labelled(T0)).toHaveLength(497);
    expect(await notes()).toEqual([{ start_at: new Date(T0), n: 497 }]);
    expect(await source.query('SELECT prediction_id FROM labels_unjoined')).toEqual([{ prediction_id: 'somebody' }]);
    const dead = await source.query<{ at: string; reason: string; payload: Buffer; topic: string; partition: number }[]>(
      'SELECT record_offset AS at, reason, payload, topic, partition FROM dead_letters ORDER BY record_offset',
    );
    expect(dead.map(({ at }) => Number(at))).toEqual([1, 5_000_000_007, 5_000_000_207, 5_000_000_407]);
    expect(dead[0]).toMatchObject({ reason: 'refused-by-database (value)', topic: 'label.received', partition: 2 });
    expect(decodeLabel(dead[0]!.payload, Infinity)).toEqual({
      project: 'default',
      predictionId: 'nobody',
      text: '13',
      numeric: 13,
      observedMs: T0 + 48 * HOUR,
      revision: 3,
      weight: 0.5,
      source: 'clerk',
      retracted: false,
      madeMs: undefined,
    });
    await owner('DROP TRIGGER unforeseen ON labels');
  });

  test('that the database refuses when their window closes become dead letters, and the others of the window join', async () => {
    const made = Array.from({ length: 40 }, (_, i) => ({ id: versionSeven(T0 + i, i), timeMs: T0 + i }));
    await come(made.map(({ id }, i) => label(id, i === 7 || i === 30 ? 13 : 1)));
    await join();
    await predict(made);
    await refuseThirteen();
    await expect(close(T0)).rejects.toThrow('unforeseen');
    await refused().joinApart(MONITOR, T0);
    await close(T0);
    expect(await labelled(T0)).toHaveLength(38);
    expect(await notes()).toEqual([{ start_at: new Date(T0), n: 38 }]);
    expect(await source.query('SELECT count(*)::int AS n FROM labels_unjoined')).toEqual([{ n: 0 }]);
    // Where their records lay is not stored with them: each has a number below any offset.
    const dead = await source.query<{ payload: Buffer }[]>('SELECT payload FROM dead_letters WHERE record_offset < 0');
    expect(dead.map(({ payload }) => decodeLabel(payload, Infinity))).toMatchObject([{ text: '13' }, { text: '13' }]);
    await owner('DROP TRIGGER unforeseen ON labels');
  });

  test('are joined once when two processes join at the same time', async () => {
    const made = Array.from({ length: 500 }, (_, i) => ({ id: versionSeven(T0 + i, i), timeMs: T0 + i }));
    await predict(made);
    await come(made.map(({ id }) => label(id, 1)));
    await Promise.all([join(), join(), join()]);
    expect(await labelled(T0)).toHaveLength(500);
    expect(await notes()).toEqual([{ start_at: new Date(T0), n: 500 }]);
  });

  test('of the same monitors are joined by two at a time, in any order, and neither waits for the other', async () => {
    // Each of the two finds labels of one monitor at once, and those of the other's afterwards.
    const [first, second] = [MONITOR, OTHER].map((monitorId, n) => [
      { id: versionSeven(T0, n), timeMs: T0, monitorId: n === 0 ? OTHER : MONITOR },
      { id: `flight-${String(n)}`, timeMs: T0, monitorId },
    ]);
    await predict([...first!, ...second!]);
    await database.transaction((tx) => joins.joinWindow(tx, MONITOR, T0, T0 + HOUR));
    await come([...first!, ...second!].map(({ id }) => label(id, 1)));
    const halves = await joins.halves((await joins.next())!);
    const [span] = (await partitions.list()).filter(({ fromMs, toMs }) => fromMs <= T0 && toMs > T0);
    let arrived = 0;
    let go: () => void;
    const both = new Promise<void>((resolve) => {
      go = resolve;
    });
    const tries = [0, 0];
    await Promise.all(
      halves.map((half, n) =>
        database.transaction(async (tx) => {
          tries[n]! += 1;
          await joins.lock(tx, n === 0 ? 0 : 1);
          const found = await joins.joinEach(tx, half);
          arrived += 1;
          if (arrived === 2) go();
          await both;
          const late = await joins.joinLeft(tx, span!, false);
          await joins.advanceClocks(tx, [...found.clocks, ...late.clocks]);
        }),
      ),
    );
    // A conflict would be tried again.
    expect(tries).toEqual([1, 1]);
    const clocks = await source.query<{ monitor_id: string }[]>('SELECT monitor_id FROM label_clocks ORDER BY 1');
    expect(clocks.map(({ monitor_id }) => monitor_id)).toEqual([MONITOR, OTHER]);
  });
});

function versionSeven(ms: number, n: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
