import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { copyInto, createDataSource, inTransaction, type Transaction } from '@drawbridge/postgres';
import { ownCluster, sandbox } from '@drawbridge/testing';
import { Database } from '../src/persistence/database.js';
import { KeptRows, type KeptRow } from '../src/persistence/kept-rows.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { keepByInsert } from '../test/kept-by-insert.js';
import { seeded } from '../test/world.js';

/**
 * What it costs to keep accepted rows, way by way, in flushes of 5000 on a Postgres of its own with the server's default
 * durability: rows per second of one connection, processor time of this process and of Postgres. What is stored is
 * compared first. Rounds are interleaved; the median counts. One line of JSON.
 *
 *   node --enable-source-maps dist/bench/kept-rows.js [rows a round] [rounds]
 */
const [rows = 200_000, rounds = 3] = process.argv.slice(2).map(Number);
const FLUSH = 5000;
const FEATURES = 20;

type Way = (tx: Transaction, rows: readonly KeptRow[]) => Promise<unknown>;

function encoded(flush: readonly KeptRow[]): KeptRows {
  const kept = new KeptRows();
  for (const row of flush) kept.add(row);
  return kept;
}

/** Storing is tried twice only after an error, so what is stored gives its memory back. */
async function sent(tx: Transaction, flush: readonly KeptRow[], repeatsExpected: boolean): Promise<void> {
  const { encoded: copy } = encoded(flush);
  await copyInto(tx, 'predictions', copy, repeatsExpected);
  copy.release();
}

const ways: Record<string, Way> = {
  'INSERT of text arrays': keepByInsert,
  'INSERT of binary arrays': (tx, flush) => sent(tx, flush, true),
  'binary COPY': (tx, flush) => sent(tx, flush, false),
};

interface Reading {
  readonly rowsPerSecond: number;
  readonly nodeMicros: number;
  readonly postgresMicros: number;
}

const cluster = await ownCluster();
const box = await sandbox('kept_rows', { cluster });
try {
  await box.migrate('monitoring');
  const source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring', poolSize: 1 }).initialize();
  const postgres = cluster.postgres.pid;
  const empty = async (): Promise<void> => {
    await source.query('DELETE FROM predictions');
    await box.query('monitoring', 'CHECKPOINT').catch(() => undefined);
  };
  await new PartitionStore(new Database(source)).cover([Date.UTC(2026, 0, 5)]);
  const digests = new Set<string>();
  for (const [name, way] of Object.entries(ways)) {
    await inTransaction(source, (tx) => way(tx, flushOf(0)));
    await inTransaction(source, (tx) => way(tx, [...flushOf(0).slice(0, 10), ...flushOf(1).slice(0, 10)]));
    const stored = await source.query<unknown[]>('SELECT * FROM predictions ORDER BY prediction_id');
    assert.equal(stored.length, FLUSH + 10, name);
    digests.add(createHash('sha256').update(JSON.stringify(stored)).digest('hex'));
    await empty();
  }
  assert.equal(digests.size, 1, 'the ways do not store the same rows');
  const readings = new Map<string, Reading[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      readings.get(name)!.push(await measured(way));
      const [count] = await source.query<{ n: number }[]>('SELECT count(*)::int AS n FROM predictions');
      assert.equal(count?.n, rows, name);
      await empty();
    }
  }
  await source.destroy();
  const of = Object.fromEntries([...readings].map(([name, found]) => [name, summary(found)]));
  process.stdout.write(`${JSON.stringify({ rows, flush: FLUSH, rounds, features: FEATURES, node: process.version, ways: of })}\n`);

  async function measured(way: Way): Promise<Reading> {
    const reading = { seconds: 0, node: 0 };
    const server = cpuSeconds(postgres);
    for (let n = 0; n * FLUSH < rows; n += 1) {
      const flush = flushOf(n);
      const begun = performance.now();
      const cpu = process.cpuUsage();
      await inTransaction(source, (tx) => way(tx, flush));
      const { user, system } = process.cpuUsage(cpu);
      reading.node += user + system;
      reading.seconds += (performance.now() - begun) / 1000;
    }
    return {
      rowsPerSecond: rows / reading.seconds,
      nodeMicros: reading.node / rows,
      postgresMicros: ((cpuSeconds(postgres) - server) * 1e6) / rows,
    };
  }
} finally {
  await box.dispose();
  await cluster.stop();
}

/** Ids as of a clock, with random ends; a few monitors; features of the length that real ones have. */
function flushOf(n: number): KeptRow[] {
  const random = seeded(n + 1);
  const hex = (digits: number): string =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return Array.from({ length: FLUSH }, (_, i) => {
    const timeMs = Date.UTC(2026, 0, 5) + n * 1000 + Math.floor((i * 1000) / FLUSH);
    const time = timeMs.toString(16).padStart(12, '0');
    const values = Array.from({ length: FEATURES }, (_unused, f) => `"feature_${f}":${(random() * 100).toFixed(3)}`);
    return {
      project: 'default',
      predictionId: `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(6)}${(n * FLUSH + i).toString(16).padStart(6, '0')}`,
      monitorId: `0190a000-0000-7000-8000-00000000000${Math.floor(random() * 4)}`,
      startMs: Math.floor(timeMs / 3_600_000) * 3_600_000,
      timeMs,
      score: random(),
      outputClass: random() < 0.5 ? '1' : '0',
      failed: false,
      latencyMs: 5 + Math.round(random() * 10_000) / 1000,
      traceId: null,
      features: `{${values.join(',')}}`,
    };
  });
}

function summary(readings: readonly Reading[]): Record<string, unknown> {
  const median = (of: (one: Reading) => number, digits: number): number =>
    Number(
      readings
        .map(of)
        .toSorted((a, b) => a - b)
        [readings.length >> 1]!.toFixed(digits),
    );
  const speeds = readings.map((one) => Math.round(one.rowsPerSecond));
  return {
    rowsPerSecond: median((one) => one.rowsPerSecond, 0),
    slowest: Math.min(...speeds),
    fastest: Math.max(...speeds),
    nodeMicrosecondsPerRow: median((one) => one.nodeMicros, 2),
    postgresMicrosecondsPerRow: median((one) => one.postgresMicros, 2),
  };
}

/** Processor seconds of the server and of its living children, and of children that ended. */
function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const own = fields[11]! + fields[12]!;
      if (Number(name) === pid) ticks += own + fields[13]! + fields[14]!;
      else if (fields[1] === pid) ticks += own;
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / 100;
}
