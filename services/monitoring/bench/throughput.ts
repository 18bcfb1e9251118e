import { performance } from 'node:perf_hooks';
import { ownCluster, sandbox, sleep } from '@drawbridge/testing';
import { cpuSeconds } from './cpu-seconds.js';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, seeded, T0 } from '../test/world.js';

/**
 * Predictions and labels through the production process, on a Kafka and a Postgres of its own on the same machine:
 * deduplication, kept rows, flushes, closing, judging and the label join included. Everything is in Kafka before the
 * service starts.
 *
 *   node --enable-source-maps dist/bench/throughput.js [predictions] [labels]
 */
const [predictions = 200_000, labels = 200_000] = process.argv.slice(2).map(Number);
const DAYS = 30;
const DAY_MS = 86_400_000;

const cluster = await ownCluster();
const box = await sandbox('throughput', { cluster });
const baseline = aBaseline();
const registry = await aRegistry(baseline.bytes);
try {
  await box.migrate('monitoring');
  await box.seedAccess();
  const env = { DRAWBRIDGE_REGISTRY_URL: registry.url };
  const first = await box.startService('monitoring', env);
  await openMonitor(box, {
    baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
    monitoring: { windowSeconds: DAY_MS / 1000, latenessSeconds: 300, idleSeconds: 2, materiality: 0.02, minRows: 300 },
  });
  await box.collect('monitor.configured', (events) => events.length > 0, 60_000);
  await first.stop();
  await fill();
  const service = await box.startService('monitoring', env, { ready: false });
  // The clock starts with the first flush of either topic: starting a process is not throughput.
  while ((await progress()).first === 0) await sleep(10);
  const begun = performance.now();
  const cpuBefore = {
    postgres: cpuSeconds(cluster.postgres.pid),
    kafka: cpuSeconds(cluster.kafka.pid),
    monitoring: cpuSeconds(service.pid),
  };
  const done: Record<string, number> = {};
  while (Object.keys(done).length < 4) {
    await sleep(100);
    const row = await progress();
    const seconds = (performance.now() - begun) / 1000;
    if (row.consumed >= predictions) done['predictions'] ??= seconds;
    if (row.labelled >= labels) done['labels'] ??= seconds;
    if (done['predictions'] !== undefined && row.open === 0) done['all windows closed'] ??= seconds;
    if (done['all windows closed'] !== undefined && done['labels'] !== undefined && row.measured >= DAYS)
      done['all windows measured'] ??= seconds;
    if (seconds > 600) break;
  }
  const both = Math.max(done['predictions'] ?? NaN, done['labels'] ?? NaN);
  const [rows] = await box.query<{ counted: string; windows: string }>(
    'monitoring',
    `SELECT (SELECT coalesce(sum(counted), 0) FROM accounting) AS counted, (SELECT count(*) FROM windows WHERE status <> 'open') AS windows`,
  );
  const memory = await service.http().get<string>('/metrics');
  const rss = /process_resident_memory_bytes (\d+)/.exec(String(memory.body))?.[1];
  process.stdout.write(
    `${JSON.stringify({
      predictions,
      labels,
      counted: Number(rows?.counted),
      windowsClosed: Number(rows?.windows),
      seconds: Object.fromEntries(Object.entries(done).map(([name, s]) => [name, Number(s.toFixed(1))])),
      predictionsPerSecond: Math.round(predictions / (done['predictions'] ?? NaN)),
      eventsPerSecondTogether: Math.round((predictions + labels) / both),
      // What it cost, whatever else ran on the machine.
      cpuMicrosecondsPerEvent: {
        monitoring: perEvent(cpuSeconds(service.pid) - cpuBefore.monitoring),
        postgres: perEvent(cpuSeconds(cluster.postgres.pid) - cpuBefore.postgres),
        kafka: perEvent(cpuSeconds(cluster.kafka.pid) - cpuBefore.kafka),
      },
      rssMiB: Math.round(Number(rss) / 2 ** 20),
    })}\n`,
  );
} finally {
  registry.server.close();
  await box.dispose();
  await cluster.stop();
}

async function progress(): Promise<Record<'first' | 'consumed' | 'labelled' | 'open' | 'measured', number>> {
  const [row] = await box.query<Record<string, string>>(
    'monitoring',
    `SELECT (SELECT coalesce(sum(consumed), 0) FROM accounting) AS consumed,
       (SELECT coalesce(sum(next), 0) FROM consumer_offsets WHERE topic = 'label.received') AS labelled,
       (SELECT count(*) FROM windows WHERE status = 'open') AS open, (SELECT count(*) FROM performances WHERE revision > 0) AS measured`,
  );
  const number = (name: string): number => Number(row?.[name] ?? 0);
  const consumed = number('consumed');
  const labelled = number('labelled');
  return { first: consumed + labelled, consumed, labelled, open: number('open'), measured: number('measured') };
}

async function fill(): Promise<void> {
  const random = seeded(3);
  const log = box.eventLog();
  for (let sent = 0; sent < predictions; sent += 2000) {
    await log.produce(
      Array.from({ length: Math.min(2000, predictions - sent) }, (_, i) => {
        const timeMs = T0 + Math.floor(((sent + i) / predictions) * DAYS * DAY_MS);
        return predictionMessage({ id: `flight-${sent + i}`, timeMs, row: aRow(random) });
      }),
    );
  }
  for (let sent = 0; sent < labels; sent += 2000) {
    await log.produce(
      Array.from({ length: Math.min(2000, labels - sent) }, (_, i) => {
        const id = `flight-${sent + i}`;
        const observedAt = new Date(T0 + Math.floor(((sent + i) / labels) * DAYS * DAY_MS) + DAY_MS).toISOString();
        return { topic: 'label.received', key: id, value: JSON.stringify({ predictionId: id, value: random() < 0.4 ? 1 : 0, observedAt }) };
      }),
    );
  }
}

function perEvent(seconds: number): number {
  return Number(((seconds * 1e6) / (predictions + labels)).toFixed(1));
}
