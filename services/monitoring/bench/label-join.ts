import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import { defaultSettings } from '@drawbridge/contracts';
import { Outbox } from '@drawbridge/outbox';
import { createDataSource, inTransaction } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import { ownCluster, sandbox } from '@drawbridge/testing';
import { Evaluator } from '../src/closing/evaluator.js';
import { LabelJoiner } from '../src/closing/label-joiner.js';
import { RefusedLabels } from '../src/closing/refused-labels.js';
import { idTimeMs } from '../src/domain/id-time.js';
import { BaselineStore } from '../src/persistence/baseline.store.js';
import { Database } from '../src/persistence/database.js';
import { DeadLetterStore } from '../src/persistence/dead-letter.store.js';
import { LabelJoinStore } from '../src/persistence/label-join.store.js';
import { LabelStore } from '../src/persistence/label.store.js';
import { MonitorStore } from '../src/persistence/monitor.store.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { PerformanceStore } from '../src/persistence/performance.store.js';

/**
 * Late labels for the newest fifth of many stored predictions, through the parts of the service: stored in the batches that
 * Kafka gives, joined, every window measured; then the oldest day is dropped. Predictions of ten days, of four monitors
 * with windows of an hour, are made by the server. One line of JSON.
 *
 *   node --enable-source-maps dist/bench/label-join.js [predictions] [labels] [labels a batch]
 */
const [predictions = 10_000_000, labels = 1_000_000, batch = 5000] = process.argv.slice(2).map(Number);
const MONITORS = 4;
const DAYS = 10;
const DAY = 86_400_000;
const T0 = Math.floor(Date.now() / DAY) * DAY - DAYS * DAY;
/** Milliseconds between two predictions. */
const GAP = (DAYS * DAY) / predictions;

const cluster = await ownCluster();
const box = await sandbox('label_join', { cluster });
try {
  await box.migrate('monitoring');
  const source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
  const database = new Database(source);
  const partitions = new PartitionStore(database);
  const joins = new LabelJoinStore(database);
  const performances = new PerformanceStore(database);
  const log = createLogger('bench');
  const outbox = new Outbox({ service: 'monitoring', installation: 'bench' });
  const deadLetters = new DeadLetterStore(database, outbox);
  const refused = new RefusedLabels(database, joins, deadLetters, { log, refused: () => undefined });
  const joiner = new LabelJoiner(database, joins, partitions, refused);
  const evaluator = new Evaluator(database, new MonitorStore(database), new BaselineStore(database), performances, joins, refused, outbox, {
    log,
    measured: () => undefined,
  });
  const one = async <T>(sql: string): Promise<T> => (await source.query<T[]>(sql))[0]!;

  await partitions.cover(Array.from({ length: DAYS }, (_, day) => T0 + day * DAY));
  const filling = seconds();
  for (let day = 0; day < DAYS; day += 1) await fill(day);
  const filled = filling();
  const first = Math.floor(predictions * 0.8);
  await monitorsAndWindows(T0 + 8 * DAY);
  // As they are before labels come: closed, and looked at.
  await measureAll();
  // What the filling left to write is not what is measured.
  await box.query('monitoring', 'CHECKPOINT').catch(() => undefined);
  const ids = await idsOf(first);
  const store = new LabelStore();

  const storing = seconds();
  for (let at = 0; at < labels; at += batch) {
    const some = ids.slice(at, at + batch).map((id, i) => labelOf(id, at + i));
    await inTransaction(source, (tx) => store.write(tx, 0, some));
  }
  const stored = storing();
  const joining = seconds();
  while ((await joiner.run()) > 0) continue;
  const joined = joining();
  const evaluating = seconds();
  await measureAll();
  const measured = evaluating();

  const noted = await one<{ n: string; windows: string }>(
    'SELECT sum(labelled) AS n, count(*) AS windows FROM performances WHERE revision > 0',
  );
  assert.equal(Number(noted.n), labels, 'not every label was measured with its prediction');
  const { n: announced } = await one<{ n: string }>(`SELECT count(*) AS n FROM outbox WHERE type = 'performance.measured'`);
  assert.equal(announced, noted.windows);
  const [oldest] = (await partitions.list()).slice(-1);
  const dropping = seconds();
  assert.ok(await database.transaction((tx) => partitions.drop(tx, oldest!.name)));
  const dropped = dropping();
  process.stdout.write(
    `${JSON.stringify({
      predictions,
      labels,
      batch,
      windows: Number(noted.windows),
      fillSeconds: filled,
      storeSeconds: stored,
      labelsStoredPerSecond: Math.round(labels / stored),
      joinSeconds: joined,
      measureSeconds: measured,
      lastLabelToAllMeasuredSeconds: Number((joined + measured).toFixed(2)),
      dropPartitionMilliseconds: Math.round(dropped * 1000),
      predictionsDropped: predictions / DAYS,
    })}\n`,
  );
  await source.destroy();

  async function measureAll(): Promise<void> {
    for (let round = 0; (await evaluator.run()) > 0; round += 1) assert.ok(round < 1000, 'windows that cannot be measured');
  }

  /** Ids of version 7 with random ends, and features as long as those of a model with twenty. */
  async function fill(day: number): Promise<void> {
    const [from, to] = [Math.round((day * predictions) / DAYS), Math.round(((day + 1) * predictions) / DAYS)];
    await source.query(
      `INSERT INTO predictions (project, prediction_id, monitor_id, start_at, event_at, score, class, failed, latency_ms, trace_id, features)
       SELECT 'default', substr(t, 1, 8) || '-' || substr(t, 9) || '-7' || substr(m, 1, 3) || '-8' || substr(m, 4, 3) || '-' || substr(m, 7, 12),
         ('0190a000-0000-7000-8000-00000000000' || (n / 7) % $3)::uuid, to_timestamp(floor(ms / 3600000.0) * 3600), to_timestamp(ms / 1000.0),
         (hashint8(n) & 1023) / 1024.0, ((hashint8(n) & 1023) >= 512)::int::text, false, 5, null, '{"features":"' || repeat(m, 11) || '"}'
       FROM (SELECT n, ms, lpad(to_hex(ms), 12, '0') AS t, md5(n::text) AS m
             FROM (SELECT n, $4::bigint + floor(n * $5::float8)::bigint AS ms FROM generate_series($1::bigint, $2::bigint - 1) AS n) AS timed) AS made`,
      [from, to, MONITORS, T0, GAP],
    );
  }

  /** Monitors, and closed windows since then. */
  async function monitorsAndWindows(sinceMs: number): Promise<void> {
    for (let monitor = 0; monitor < MONITORS; monitor += 1) {
      const id = `0190a000-0000-7000-8000-00000000000${String(monitor)}`;
      await source.query(
        `INSERT INTO monitors (id, project, endpoint, endpoint_id, environment, model, model_id, version, variant, settings, deployment_id,
           deployment_ids, cause_id, chain_id, traffic_at)
         VALUES ($1, 'default', 'risk', 'e', 'production', 'credit-risk', 'm', $2, 'stable', $3, 'd', '{d}', 'cause', 'chain', now())`,
        [id, String(monitor), JSON.stringify({ ...defaultSettings, labelCoverage: (0.8 * labels) / (predictions - first) })],
      );
      await source.query(
        `INSERT INTO windows (id, monitor_id, start_at, end_at, status, revision, n, closed_at)
         SELECT gen_random_uuid(), $1, start, start + interval '1 hour', 'closed', 1, $3, now()
         FROM generate_series($2::timestamptz, $2::timestamptz + interval '47 hours', interval '1 hour') AS start`,
        [id, new Date(sinceMs), Math.round(predictions / DAYS / 24 / MONITORS)],
      );
    }
    await source.query(`INSERT INTO window_changes (monitor_id, start_at, cause) SELECT monitor_id, start_at, 'closed' FROM windows`);
  }

  /** As many as there are labels, evenly among the newest, in no order of theirs, as labels come. */
  async function idsOf(from: number): Promise<string[]> {
    const every = Math.floor((predictions - from) / labels);
    const found: string[] = [];
    for (const day of [8, 9]) {
      const some = await source.query<{ id: string }[]>(
        `SELECT id FROM (SELECT prediction_id AS id, row_number() OVER (ORDER BY event_at, prediction_id) AS n FROM predictions
           WHERE start_at >= $1 AND start_at < $2) AS numbered WHERE n % $3 = 0 ORDER BY md5(id)`,
        [new Date(T0 + day * DAY), new Date(T0 + (day + 1) * DAY), every],
      );
      for (const { id } of some) found.push(id);
    }
    // The two days by turns.
    const half = found.length / 2;
    return Array.from({ length: labels }, (_, i) => found[(i % 2) * half + Math.floor(i / 2)]!);
  }
} finally {
  await box.dispose();
  await cluster.stop();
}

function labelOf(predictionId: string, n: number) {
  const value = n % 3 === 0 ? 1 : 0;
  const madeMs = idTimeMs(predictionId);
  return {
    project: 'default',
    predictionId,
    text: String(value),
    numeric: value,
    observedMs: (madeMs ?? T0) + DAY,
    revision: 1,
    weight: null,
    source: null,
    retracted: false,
    madeMs,
    offset: n,
  };
}

/** Starts a clock; the result reads it. */
function seconds(): () => number {
  const begun = performance.now();
  return () => Number(((performance.now() - begun) / 1000).toFixed(3));
}
