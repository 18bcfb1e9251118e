import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import type { AccountingView, PredictionView } from '@drawbridge/contracts';
import { decodeCounts, FeatureLayout } from '@drawbridge/drift';
import { type HttpClient, onServer, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { anArrowMessage, types } from './arrow-tables.js';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, type Row, seeded, settled, T0 } from './world.js';

interface Sample {
  readonly id: string;
  readonly timeMs: number;
  readonly row: Row;
  /** In place of its time: one that is refused. */
  readonly time?: string;
}

const ROWS = 150;
const WINDOWS = 4;

/** As one message; text columns where the single form has text, a dictionary for the region. */
function batchMessage(samples: readonly Sample[], version = '2', key = 'batch') {
  const column = (type: ReturnType<(typeof types)[keyof typeof types]>, of: (sample: Sample) => unknown) => ({
    type,
    values: samples.map(of),
  });
  const value = anArrowMessage(
    {
      predictionId: column(types.text(), ({ id }) => id),
      time: column(types.text(), ({ timeMs, time }) => time ?? new Date(timeMs).toISOString()),
      'features.age': column(types.float64(), ({ row }) => row.age),
      'features.region': column(types.coded(), ({ row }) => row.region),
      'output.score': column(types.float64(), ({ row }) => row.score),
      'output.value': column(types.int8(), ({ row }) => (row.score >= 0.5 ? 1 : 0)),
      latencyMs: column(types.float64(), ({ row }) => 5 + row.score * 10),
      status: column(types.coded(), () => 'ok'),
    },
    { metadata: { 'drawbridge.model': 'credit-risk', 'drawbridge.version': version, 'drawbridge.endpoint': 'risk' }, rowsPerBatch: 64 },
  );
  return { topic: 'prediction.batch.logged', key, value, headers: { 'content-type': 'application/vnd.apache.arrow.stream' } };
}

const singles = (samples: readonly Sample[]) =>
  samples.map(({ id, timeMs, row, time }) =>
    predictionMessage({ id, timeMs, row, version: '1', ...(time === undefined ? {} : { extra: { time } }) }),
  );

describe('batch scoring on real Kafka and Postgres', () => {
  let box: Sandbox;
  let service: RunningChild;
  let registry: Server;
  let api: HttpClient;
  let env: Record<string, string>;
  const baseline = aBaseline(5000);
  const layout = new FeatureLayout(baseline.document);
  const monitors = new Map<string, string>();
  const random = seeded(3);

  const windowOf = (window: number, prefix: string): Sample[] =>
    Array.from({ length: ROWS }, (_, i) => ({
      id: `${prefix}${window}-${i}`,
      timeMs: T0 + window * 60_000 + Math.floor((i * 59_000) / ROWS),
      row: aRow(random, window === 2 ? 0.6 : 0),
    }));

  beforeAll(async () => {
    box = await sandbox('batches');
    await box.migrate('monitoring');
    await box.seedAccess();
    const stub = await aRegistry(baseline.bytes);
    registry = stub.server;
    env = { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url };
    service = await box.startService('monitoring', env);
    api = service.http(box.keys.operator);
    const baselineRef = { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length };
    for (const version of ['1', '2']) {
      await openMonitor(box, { deploymentId: `dep-${version}`, version, to: { version, artifactSha256: 'a'.repeat(64) }, baselineRef });
    }
    const configured = await box.collect('monitor.configured', (events) => events.length === 2);
    for (const { data } of configured) monitors.set(data.version, data.monitorId);
  });

  afterAll(async () => {
    registry?.close();
    await box?.dispose();
  });

  async function accounts(version: string): Promise<AccountingView> {
    return (await api.get<AccountingView>(`/api/v1/monitors/${monitors.get(version)}/accounting`)).body;
  }

  /** Everything that a version's windows hold, once all of them are closed. */
  async function windows(version: string): Promise<unknown[]> {
    const id = monitors.get(version);
    await settled('no window open', async () => {
      const open = await box.query('monitoring', `SELECT 1 FROM windows WHERE monitor_id = $1 AND status = 'open'`, [id]);
      const noted = await box.query('monitoring', `SELECT 1 FROM window_changes WHERE monitor_id = $1 AND cause = 'late'`, [id]);
      expect([open, noted]).toEqual([[], []]);
    });
    const found = await box.query<{ start_at: Date; n: string; verdict: string; counts: Buffer; summary: Record<string, unknown> }>(
      'monitoring',
      'SELECT start_at, n, verdict, counts, summary FROM windows WHERE monitor_id = $1 ORDER BY start_at',
      [id],
    );
    return found.map(({ start_at, n, verdict, counts, summary }) => {
      const { errors, rejected, latency, quality } = summary;
      return [start_at, n, verdict, [...decodeCounts(layout, counts).counts], errors, rejected, latency, quality];
    });
  }

  test('gives the same windows as the same rows one by one, bad ones among them', async () => {
    const all = Array.from({ length: WINDOWS }, (_, window) => windowOf(window, 'w'));
    const bad: Sample[] = [
      { ...all[1]![0]!, id: '' },
      { ...all[1]![0]!, id: 'bad-time', time: '2026-02-30T00:00:00Z' },
      { ...all[1]![1]!, id: 'bad-score', row: { ...all[1]![1]!.row, score: Infinity } },
    ];
    const rows = all.map((window, index) => (index === 1 ? [...window.slice(0, 20), ...bad, ...window.slice(20)] : window));
    const infinite = (message: ReturnType<typeof predictionMessage>) => ({
      ...message,
      value: message.value.replace('"score":null', '"score":1e999'),
    });
    for (const [index, window] of rows.entries()) {
      await box.eventLog().produce(singles(window).map(infinite));
      await box.eventLog().produce([batchMessage(window.slice(0, 70), '2', `a${index}`), batchMessage(window.slice(70), '2', `b${index}`)]);
    }
    for (const version of ['1', '2']) {
      await settled(`all rows of ${version}`, async () => {
        expect(await accounts(version)).toMatchObject({ counted: ROWS * WINDOWS, unrouted: 0 });
      });
    }
    const [one, two] = [await windows('1'), await windows('2')];
    expect(one).toHaveLength(WINDOWS);
    expect(two).toEqual(one);
    const dead = await box.collect('monitoring.batches.dlq', (letters) => letters.length >= bad.length);
    expect(dead.map(({ headers }) => headers['db-dlq-reason'] ?? '').toSorted()).toEqual([
      'bad-time time',
      'out-of-bounds predictionId',
      'wrong-type output.score',
    ]);
    const late = dead.find(({ headers }) => headers['db-dlq-reason'] === 'bad-time time')!;
    expect(late.headers).toMatchObject({
      'db-dlq-row': '21',
      'db-dlq-topic': 'prediction.batch.logged',
      'content-type': 'application/json',
    });
    expect([late.key, late.data]).toMatchObject([
      'bad-time',
      { predictionId: 'bad-time', model: 'credit-risk', version: '2', features: {} },
    ]);
  });

  test('a row can be found and labelled like any other', async () => {
    const { body } = await api.get<PredictionView>('/api/v1/predictions/w2-5');
    expect(body).toMatchObject({ predictionId: 'w2-5', features: { age: expect.any(Number), region: expect.any(String) } });
  });

  test('what is no table is one dead letter, and holds nothing up', async () => {
    const broken = [
      { topic: 'prediction.batch.logged', key: 'x', value: Buffer.from('{"predictionId":"x"}') },
      { topic: 'prediction.batch.logged', key: 'x', value: batchMessage(windowOf(9, 'half')).value.subarray(0, 2000) },
    ];
    const seen = (await api.get<AccountingView>('/api/v1/accounting')).body;
    await box.eventLog().produce([...broken, batchMessage(windowOf(4, 'after'), '2', 'x')]);
    await settled('the rows behind it', async () => {
      const { body } = await api.get<AccountingView>('/api/v1/accounting');
      expect([body.counted - seen.counted, body.deadLettered - seen.deadLettered]).toEqual([ROWS, 2]);
      expect(body.consumed).toBe(body.counted + body.deduplicated + body.beyondHorizon + body.unrouted + body.deadLettered);
      expect(body.partitions?.filter(({ topic }) => topic === 'prediction.batch.logged')).toHaveLength(3);
    });
    const dead = await box.collect('monitoring.batches.dlq', (letters) => letters.length >= 5);
    const whole = dead.filter(({ headers }) => headers['db-dlq-reason'] === 'not-arrow (value)');
    expect(whole.map(({ headers }) => headers['db-dlq-row'])).toEqual([undefined, undefined]);
  });

  test('killed in the middle, and sent again after it, every row counts once', async () => {
    const before = await accounts('2');
    const parts = [5, 6, 7].map((window) => batchMessage(windowOf(window, 'k'), '2', `k${window}`));
    await box.eventLog().produce(parts.slice(0, 2));
    await service.kill('SIGKILL');
    await box.eventLog().produce([parts[2]!]);
    service = await box.startService('monitoring', env);
    api = service.http(box.keys.operator);
    // The first one again, and the second: known from before the kill and after it.
    await box.eventLog().produce(parts.slice(0, 2));
    await settled('all of them', async () => {
      const { counted, deduplicated } = await accounts('2');
      expect([counted - before.counted, deduplicated - before.deduplicated]).toEqual([3 * ROWS, 2 * ROWS]);
    });
    const kept = await box.query('monitoring', `SELECT sum(row_count)::int AS rows FROM batch_messages`);
    expect(kept).toEqual([{ rows: ROWS * WINDOWS + 3 + ROWS + 5 * ROWS }]);
  });

  test('a message with a row that the database refuses is one dead letter as a whole, and its neighbours count', async () => {
    await onServer(box.migrationUrl('monitoring'), async (client) => {
      await client.query(
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen' USING ERRCODE = 'check_violation'; END $$`,
      );
      await client.query(`CREATE TRIGGER unforeseen BEFORE INSERT ON predictions FOR EACH ROW
        WHEN (NEW.prediction_id LIKE 'refused%') EXECUTE FUNCTION refuse()`);
    });
    const before = (await api.get<AccountingView>('/api/v1/accounting')).body;
    const known = await box.query('monitoring', `SELECT 1 FROM dead_letters WHERE consumer_group = 'monitoring.batches'`);
    const parts = ['before', 'middle', 'after'].map((prefix, i) => windowOf(10 + i, prefix));
    const spoiled = [...parts[1]!.slice(0, 70), { ...parts[1]![70]!, id: 'refused-row' }, ...parts[1]!.slice(71)];
    const message = batchMessage(spoiled, '2', 'same');
    await box.eventLog().produce([batchMessage(parts[0]!, '2', 'same'), message, batchMessage(parts[2]!, '2', 'same')]);
    await settled('the rows around it', async () => {
      const { body } = await api.get<AccountingView>('/api/v1/accounting');
      expect([body.counted - before.counted, body.deadLettered - before.deadLettered]).toEqual([2 * ROWS, 1]);
      expect(body.consumed).toBe(body.counted + body.deduplicated + body.beyondHorizon + body.unrouted + body.deadLettered);
    });
    const dead = await box.collect('monitoring.batches.dlq', (letters) => letters.length > known.length);
    expect(dead).toHaveLength(known.length + 1);
    const refused = dead.find(({ headers }) => headers['db-dlq-reason'] === 'refused-by-database (value)');
    expect(refused?.headers).toMatchObject({
      'db-dlq-bytes': String(message.value.length),
      'content-type': message.headers['content-type'],
    });
    expect(refused?.headers['db-dlq-row']).toBeUndefined();
    const kept = await box.query<{ at: string; n: number }>(
      'monitoring',
      `SELECT split_part(prediction_id, '1', 1) AS at, count(*)::int AS n FROM predictions WHERE prediction_id ~ '^(before|middle|after|refused)' AND start_at >= $1
       GROUP BY 1 ORDER BY 1`,
      [new Date(T0 + 10 * 60_000)],
    );
    expect(kept).toEqual([
      { at: 'after', n: ROWS },
      { at: 'before', n: ROWS },
    ]);
    expect((await service.http().get('/health/ready')).status).toBe(200);
  });
});
