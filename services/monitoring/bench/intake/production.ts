import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ownCluster, sandbox, sleep } from '@drawbridge/testing';
import { aRegistry, openMonitor } from '../../test/world.js';
import { cpuSeconds } from '../cpu-seconds.js';
import { LATENESS_MS, readWorkload, WINDOW_MS } from './workload-file.js';

/**
 * The production process over the workload: repeats, flushes, windows and their judging included, on a Kafka and a
 * Postgres of its own. Everything is in Kafka before the service starts. Prints rates and processor time.
 *
 *   node dist/bench/intake/production.js <folder> [share of the rows that are kept, 1] [headers per event: 2 or 0]
 */
const workload = readWorkload(process.argv[2] ?? '');
const keepRate = Number(process.argv[3] ?? 1);
const hasHeaders = process.argv[4] !== '0';
const WARM_UP = 0.5;
const events = workload.start.length;
const document = readFileSync(`${process.argv[2] ?? ''}/baseline.json`);
const cluster = await ownCluster();
const box = await sandbox('intake', { cluster });
const registry = await aRegistry(document);
try {
  await box.migrate('monitoring');
  await box.seedAccess();
  const env = { DRAWBRIDGE_REGISTRY_URL: registry.url };
  const first = await box.startService('monitoring', env);
  for (const [index, model] of workload.models.entries()) {
    await openMonitor(box, {
      deploymentId: `bench-${index}`,
      endpointId: `bench-${index}`,
      endpoint: `bench-${index}`,
      modelId: `bench-${index}`,
      model,
      version: '3',
      baselineRef: { uri: '/x', sha256: createHash('sha256').update(document).digest('hex'), bytes: document.length },
      monitoring: { windowSeconds: WINDOW_MS / 1000, latenessSeconds: LATENESS_MS / 1000, idleSeconds: 2, minRows: 300, keepRate },
    });
  }
  await box.collect('monitor.configured', (seen) => seen.length >= workload.models.length, 60_000);
  await first.stop();
  await fill();
  const service = await box.startService('monitoring', env, { ready: false });
  // What a process pays once, starting and compiling, is not what an event costs: the clock starts when half of
  // them are counted, as everybody's does.
  let begun = 0;
  while ((begun = await accounted('consumed')) < events * WARM_UP) await sleep(5);
  const wall = performance.now();
  const cpu = (): number[] => [service.pid, cluster.postgres.pid, cluster.kafka.pid].map(cpuSeconds);
  const before = cpu();
  while ((await accounted('consumed')) < events && performance.now() - wall < 300_000) await sleep(50);
  const seconds = (performance.now() - wall) / 1000;
  const [monitoring = 0, postgres = 0, kafka = 0] = cpu().map((value, index) =>
    Number((((value - before[index]!) * 1e6) / (events - begun)).toFixed(2)),
  );
  const metrics = await service.http().get<string>('/metrics');
  const rss = /process_resident_memory_bytes (\d+)/.exec(String(metrics.body))?.[1];
  process.stdout.write(
    `${JSON.stringify({
      events,
      counted: await accounted('counted'),
      eventsPerSecond: Math.round((events - begun) / seconds),
      cpuMicrosecondsPerEvent: { monitoring, postgres, kafka },
      rssMiB: Math.round(Number(rss) / 2 ** 20),
    })}\n`,
  );
} finally {
  registry.server.close();
  await box.dispose();
  await cluster.stop();
}

async function accounted(column: 'consumed' | 'counted'): Promise<number> {
  const [row] = await box.query<{ n: string }>('monitoring', `SELECT coalesce(sum(${column}), 0) AS n FROM accounting`);
  return Number(row?.n ?? 0);
}

async function fill(): Promise<void> {
  const { bytes, start, end } = workload;
  const log = box.eventLog();
  const headers = { 'content-type': 'application/json', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  for (let from = 0; from < events; from += 2000) {
    const messages = Array.from({ length: Math.min(2000, events - from) }, (_, i) => ({
      topic: 'prediction.logged',
      key: String(from + i),
      value: bytes.subarray(start[from + i], end[from + i]),
      ...(hasHeaders ? { headers } : {}),
    }));
    await log.produce(messages);
  }
}
