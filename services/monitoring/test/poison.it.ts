import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { AccountingView, DeadLetterView, Page, WindowView } from '@drawbridge/contracts';
import type { OutgoingMessage } from '@drawbridge/kafka';
import { repositoryRoot } from '@drawbridge/local';
import { onServer, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

const ROWS = 20_000;
const PER_WINDOW = 2000;
const LARGE = 'x'.repeat(5 * 1024 * 1024);

type Kind = 'not-json' | 'wrong-type' | 'too-large' | 'refused-by-database' | 'handler-error';
/** Of the poison: 1 % of all. What is large is rare, and so is what no check foresaw. */
const SHARES: readonly [Kind, number][] = [
  ['not-json', 94],
  ['wrong-type', 94],
  ['too-large', 2],
  ['refused-by-database', 5],
  ['handler-error', 5],
];

describe('one record of a hundred is poison', () => {
  let box: Sandbox;
  let service: RunningChild;
  let registry: Server;
  let monitorId: string;
  let env: Record<string, string>;
  const baseline = aBaseline();
  const random = seeded(3);
  const poison = new Map<string, Kind>();
  /** Rows of each window: those that count at once, and those that count when they are replayed after the fix. */
  const good = new Map<string, number>();
  const repaired = new Map<string, number>();

  const owner = (sql: string) => onServer(box.migrationUrl('monitoring'), (client) => client.query(sql));
  const accounts = async (): Promise<AccountingView> => {
    const { body } = await service.http(box.keys.operator).get<AccountingView>('/api/v1/accounting');
    return body;
  };
  const windows = async (): Promise<Map<string, number>> => {
    const { body } = await service.http(box.keys.operator).get<Page<WindowView>>(`/api/v1/monitors/${monitorId}/windows?limit=100`);
    return new Map(body.items.map(({ window }) => [window.start, window.n]));
  };
  const letters = async (query: string): Promise<DeadLetterView[]> => {
    const { body } = await service.http(box.keys.operator).get<Page<DeadLetterView>>(`/api/v1/dead-letters?limit=100&${query}`);
    return body.items;
  };

  function message(index: number, kind: Kind | undefined): OutgoingMessage {
    const timeMs = T0 + Math.floor(index / PER_WINDOW) * 60_000 + Math.floor(((index % PER_WINDOW) * 50_000) / PER_WINDOW);
    const start = new Date(timeMs - (timeMs % 60_000)).toISOString();
    const prefix = kind === 'refused-by-database' ? 'refused' : kind === 'handler-error' ? 'bug' : 'row';
    const made = predictionMessage({ id: `${prefix}-${index}`, timeMs, row: aRow(random) });
    const into = kind === undefined ? good : prefix === 'row' ? undefined : repaired;
    into?.set(start, (into.get(start) ?? 0) + 1);
    const headers = { ...made.headers, 'x-producer': `no ${index}` };
    if (kind === 'not-json') return { ...made, headers, value: `{"predictionId":"row-${index}"` };
    if (kind === 'wrong-type') return { ...made, headers, value: made.value.replace('"region":', '"region":[1],"other":') };
    if (kind === 'too-large') return { ...made, headers, value: JSON.stringify({ filler: LARGE }) };
    return { ...made, headers };
  }

  beforeAll(async () => {
    box = await sandbox('poison');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    env = { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url, DRAWBRIDGE_MONITORING_DEDUPE_RECORDS: '5000' };
    // The database refuses what no check of ours foresaw.
    await owner(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen' USING ERRCODE = 'check_violation'; END $$`,
    );
    for (const table of ['predictions', 'label_arrivals']) {
      await owner(`CREATE TRIGGER unforeseen BEFORE INSERT ON ${table} FOR EACH ROW
        WHEN (NEW.prediction_id LIKE 'refused-%') EXECUTE FUNCTION refuse()`);
    }
    const main = join(repositoryRoot, 'services/monitoring/dist/test/main-with-bug.js');
    service = await box.startService('monitoring', env, { main });
    await openMonitor(box, { baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length } });
    const [configured] = await box.collect('monitor.configured', (events) => events.length > 0);
    monitorId = configured!.data.monitorId;
  });

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  test('each is one dead letter with its reason, headers and size, and everything else is counted', async () => {
    const kinds = SHARES.flatMap(([kind, n]) => Array.from({ length: n }, () => kind));
    const at = new Map<number, Kind>();
    while (kinds.length > 0) {
      const index = Math.floor(random() * ROWS);
      if (!at.has(index)) at.set(index, kinds.pop()!);
    }
    for (let from = 0; from < ROWS; from += 2000) {
      const batch = Array.from({ length: 2000 }, (_, i) => message(from + i, at.get(from + i)));
      await box.eventLog().produce(batch);
    }
    for (const [index, kind] of at) poison.set(`no ${index}`, kind);

    await settled(
      'everything read',
      async () => expect(await accounts()).toMatchObject({ consumed: ROWS, counted: ROWS - poison.size, deadLettered: poison.size }),
      60_000,
    );
    await settled('the windows', async () => expect(Object.fromEntries(await windows())).toEqual(Object.fromEntries(good)));
    const dead = await box.collect('monitoring.intake.dlq', (found) => found.length >= poison.size);
    const places = new Set(dead.map(({ headers }) => `${headers['db-dlq-partition']}/${headers['db-dlq-offset']}`));
    expect([dead.length, places.size]).toEqual([poison.size, poison.size]);
    const found = dead.map(({ headers }): [string, string] => [headers['x-producer']!, headers['db-dlq-reason']!.split(' ')[0]!]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(poison));
    const large = dead.find(({ headers }) => headers['db-dlq-truncated'] === 'true');
    const whole = JSON.stringify({ filler: LARGE });
    expect(large?.data).toHaveLength(256 * 1024);
    expect(large?.headers).toMatchObject({
      'db-dlq-bytes': String(whole.length),
      'db-dlq-sha256': createHash('sha256').update(whole).digest('hex'),
    });
    expect((await service.http().get('/health/ready')).status).toBe(200);
  }, 90_000);

  test('labels: the database refuses one of them, and only that one is a dead letter', async () => {
    const label = (id: string) => ({
      topic: 'label.received',
      key: 'same partition',
      value: JSON.stringify({ predictionId: id, value: 1, observedAt: new Date(T0).toISOString() }),
    });
    await box.eventLog().produce([...Array.from({ length: 99 }, (_, i) => label(`row-${i}`)), label('refused-0'), label('row-last')]);
    await settled('the labels', async () => {
      const [row] = await box.query<{ n: string }>('monitoring', 'SELECT count(*) AS n FROM labels');
      expect(Number(row?.n)).toBe(100);
    });
    expect((await letters('topic=label.received')).map(({ reason, key }) => [reason, key])).toEqual([
      ['refused-by-database (value)', 'same partition'],
    ]);
  });

  test('what a fix repaired is counted once when it is replayed, however often that is asked and whoever dies meanwhile', async () => {
    await service.kill('SIGKILL');
    await owner('DROP TRIGGER unforeseen ON predictions');
    service = await box.startService('monitoring', env);
    const open = [
      ...(await letters('status=open&reason=refused-by-database&topic=prediction.logged')),
      ...(await letters('status=open&reason=handler-error')),
    ];
    expect(open).toHaveLength(10);
    const replay = async (id: string): Promise<number> =>
      (await service.http(box.keys.operator).post(`/api/v1/dead-letters/${id}/replay`)).status;
    const [first, ...rest] = open;
    expect(await Promise.all([replay(first!.id), replay(first!.id)]).then((all) => all.toSorted())).toEqual([200, 409]);
    await Promise.all(rest.slice(0, 4).map(({ id }) => replay(id)));
    await service.kill('SIGKILL');
    service = await box.startService('monitoring', env);
    for (const { id } of rest) expect([200, 409]).toContain(await replay(id));
    const truth = new Map([...good].map(([start, n]) => [start, n + (repaired.get(start) ?? 0)]));
    await settled('the true totals', async () => expect(Object.fromEntries(await windows())).toEqual(Object.fromEntries(truth)), 30_000);
    const sums = await accounts();
    expect(sums).toMatchObject({ counted: ROWS - poison.size + 10, deadLettered: poison.size });
    expect(sums.consumed).toBe(sums.counted + sums.deduplicated + sums.beyondHorizon + sums.unrouted + sums.deadLettered);
  }, 90_000);
});
