import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { AccountingView, DeadLetterView, Page, WindowView } from '@drawbridge/contracts';
import { type OutgoingMessage, sendCompressed } from '@drawbridge/kafka';
import { repositoryRoot } from '@drawbridge/local';
import { onServer, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

/** More of them in the long form, `npm run evidence:poison`. */
const ROWS = Number(process.env['DRAWBRIDGE_POISON_ROWS'] ?? 20_000);
const RESULT = process.env['DRAWBRIDGE_POISON_RESULT_FILE'];
const PER_WINDOW = ROWS / 10;
const PATIENCE_MS = 60_000 + ROWS * 3;
const LARGE = 'x'.repeat(5 * 1024 * 1024);

/** `unreadable` is a bomb: a compressed batch that grows to far more than is taken. */
type Kind = 'not-json' | 'wrong-type' | 'too-large' | 'unreadable' | 'refused-by-database' | 'handler-error';
/** Of 20 000 rows, 1 % of them all. What is large is rare, and so is what no check foresaw. */
const SHARES: readonly [Kind, number][] = [
  ['not-json', 93],
  ['wrong-type', 93],
  ['too-large', 2],
  ['unreadable', 2],
  ['refused-by-database', 5],
  ['handler-error', 5],
];
const timesOf = (share: number): number => Math.round((share * ROWS) / 20_000);
const BOMB = Buffer.alloc(64 * 1024 * 1024);

describe('one record of a hundred is poison', () => {
  let box: Sandbox;
  let service: RunningChild;
  let registry: Server;
  let monitorId: string;
  let env: Record<string, string>;
  const baseline = aBaseline();
  const random = seeded(3);
  /** By the producer's own number; of a bomb nothing can be read, and its place in the topic says which it is. */
  const poison = new Map<string, Kind>();
  const begun = performance.now();
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
    if (kind === 'unreadable') return { ...made, headers, value: BOMB };
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

  test(
    'each is one dead letter with its reason, headers and size, and everything else is counted',
    async () => {
      const kinds = SHARES.flatMap(([kind, share]) => Array.from({ length: timesOf(share) }, () => kind));
      const at = new Map<number, Kind>();
      while (kinds.length > 0) {
        const index = Math.floor(random() * ROWS);
        if (!at.has(index)) at.set(index, kinds.pop()!);
      }
      for (let from = 0; from < ROWS; from += 2000) {
        const made = Array.from({ length: 2000 }, (_, i) => ({ made: message(from + i, at.get(from + i)), kind: at.get(from + i) }));
        await box.eventLog().produce(made.filter(({ kind }) => kind !== 'unreadable').map((one) => one.made));
        for (const { made: bomb } of made.filter(({ kind }) => kind === 'unreadable')) {
          const place = { topic: 'prediction.logged', partition: poison.size % 3 };
          poison.set(`${place.partition}/${String(await sendCompressed(box.kafka, place, [bomb]))}`, 'unreadable');
        }
      }
      for (const [index, kind] of at) if (kind !== 'unreadable') poison.set(`no ${index}`, kind);

      await settled(
        'everything read',
        async () => expect(await accounts()).toMatchObject({ consumed: ROWS, counted: ROWS - poison.size, deadLettered: poison.size }),
        PATIENCE_MS,
      );
      await settled('the windows', async () => expect(Object.fromEntries(await windows())).toEqual(Object.fromEntries(good)), PATIENCE_MS);
      const dead = await box.collect('monitoring.intake.dlq', (found) => found.length >= poison.size, PATIENCE_MS);
      const placeOf = ({ headers }: (typeof dead)[number]): string => `${headers['db-dlq-partition']}/${headers['db-dlq-offset']}`;
      expect([dead.length, new Set(dead.map(placeOf)).size]).toEqual([poison.size, poison.size]);
      const found = dead.map((one): [string, string] => [
        one.headers['x-producer'] ?? placeOf(one),
        one.headers['db-dlq-reason']!.split(' ')[0]!,
      ]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(poison));
      const readable = dead.filter(({ headers }) => headers['db-dlq-reason'] !== 'unreadable (value)');
      expect(new Set(readable.map(({ headers }) => headers['content-type']))).toEqual(new Set(['application/json']));
      for (const { headers } of dead.filter((one) => !readable.includes(one))) {
        expect(headers['db-dlq-error']).toMatch(
          /decompresses by gzip to more than \d+ bytes \(compressed batch of \d+ bytes, sha256 [0-9a-f]{64}\)/,
        );
      }
      const large = dead.find(({ headers }) => headers['db-dlq-truncated'] === 'true');
      const whole = JSON.stringify({ filler: LARGE });
      expect(large?.data).toHaveLength(256 * 1024);
      expect(large?.headers).toMatchObject({
        'db-dlq-bytes': String(whole.length),
        'db-dlq-sha256': createHash('sha256').update(whole).digest('hex'),
      });
      expect((await service.http().get('/health/ready')).status).toBe(200);
    },
    PATIENCE_MS,
  );

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

  test(
    'what a fix repaired is counted once when it is replayed, however often that is asked and whoever dies meanwhile',
    async () => {
      await service.kill('SIGKILL');
      await owner('DROP TRIGGER unforeseen ON predictions');
      service = await box.startService('monitoring', env);
      const open = [
        ...(await letters('status=open&reason=refused-by-database&topic=prediction.logged')),
        ...(await letters('status=open&reason=handler-error')),
      ];
      expect(open).toHaveLength(2 * timesOf(5));
      const replay = async (id: string): Promise<number> =>
        (await service.http(box.keys.operator).post(`/api/v1/dead-letters/${id}/replay`)).status;
      const [first, ...rest] = open;
      expect(await Promise.all([replay(first!.id), replay(first!.id)]).then((all) => all.toSorted())).toEqual([200, 409]);
      await Promise.all(rest.slice(0, 4).map(({ id }) => replay(id)));
      await service.kill('SIGKILL');
      service = await box.startService('monitoring', env);
      for (const { id } of rest) expect([200, 409]).toContain(await replay(id));
      const truth = new Map([...good].map(([start, n]) => [start, n + (repaired.get(start) ?? 0)]));
      await settled(
        'the true totals',
        async () => expect(Object.fromEntries(await windows())).toEqual(Object.fromEntries(truth)),
        PATIENCE_MS,
      );
      const sums = await accounts();
      expect(sums).toMatchObject({ counted: ROWS - poison.size + open.length, deadLettered: poison.size });
      expect(sums.consumed).toBe(sums.counted + sums.deduplicated + sums.beyondHorizon + sums.unrouted + sums.deadLettered);
      if (RESULT !== undefined) await writeFile(RESULT, `${JSON.stringify(await evidence(sums), null, 2)}\n`);
    },
    PATIENCE_MS,
  );

  async function evidence(sums: AccountingView) {
    const { consumed, counted, deduplicated, deadLettered } = sums;
    return {
      what: 'One prediction of a hundred is poison: the consumer never stopped, each was one dead letter with its reason and its headers, the rest was counted, and what a fix repaired was counted when it was replayed',
      rows: ROWS,
      poison: Object.fromEntries(SHARES.map(([kind, share]) => [kind, timesOf(share)])),
      bombBytes: BOMB.length,
      replayed: 2 * timesOf(5),
      consumed,
      counted,
      deduplicated,
      deadLettered,
      windows: Object.fromEntries(await windows()),
      seconds: Math.round((performance.now() - begun) / 1000),
    };
  }
});
