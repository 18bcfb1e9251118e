import { readFileSync } from 'node:fs';
import { sleep } from '@drawbridge/testing';
import { LATENESS_MS, readWorkload } from '../intake/workload-file.js';
import { stageWith } from './stage.js';

/**
 * Memory of the production process while it counts the workload of a folder: its resident set, sampled while it counts.
 * Everything is in Kafka before it starts.
 *
 *   node dist/bench/models/memory.js <folder>
 */
const SAMPLE_MS = 250;
/** Ten seconds of event time: several windows of every model are open, closed and judged on the way. */
const WINDOW_SECONDS = 10;

const folder = process.argv[2] ?? '';
const workload = readWorkload(folder);
const events = workload.start.length;
const settings = { windowSeconds: WINDOW_SECONDS, latenessSeconds: LATENESS_MS / 1000, idleSeconds: 2, minRows: 300 };
const stage = await stageWith(folder, { names: workload.models, settings });
try {
  const { box, env } = stage;
  await stage.service.stop();
  await fill();
  const service = await box.startService('monitoring', env, { ready: false });
  const counting: number[] = [];
  while ((await accounted('consumed')) < events) {
    await sleep(SAMPLE_MS);
    if ((await accounted('consumed')) > 0) counting.push(residentMB(service.pid));
    if (counting.length > 2400) throw new Error('not counted within ten minutes');
  }
  const closing: number[] = [];
  while ((await openWindows()) > 0 && closing.length < 400) {
    await sleep(SAMPLE_MS);
    closing.push(residentMB(service.pid));
  }
  // The first quarter is the growth of a process that has just started.
  const steady = counting.slice(counting.length >> 2).toSorted((a, b) => a - b);
  process.stdout.write(
    `${JSON.stringify({
      models: workload.models.length,
      events,
      counted: await accounted('counted'),
      samples: steady.length,
      steadyRssMB: steady[steady.length >> 1],
      mostRssMB: Math.max(...counting, ...closing),
      afterwardsRssMB: closing.at(-1) ?? counting.at(-1),
    })}\n`,
  );
} finally {
  await stage.end();
}

async function accounted(column: 'consumed' | 'counted'): Promise<number> {
  const [row] = await stage.box.query<{ n: string }>('monitoring', `SELECT coalesce(sum(${column}), 0) AS n FROM accounting`);
  return Number(row?.n ?? 0);
}

async function openWindows(): Promise<number> {
  const [row] = await stage.box.query<{ n: string }>('monitoring', `SELECT count(*) AS n FROM windows WHERE status = 'open'`);
  return Number(row?.n ?? 0);
}

async function fill(): Promise<void> {
  const { bytes, start, end } = workload;
  const log = stage.box.eventLog();
  for (let from = 0; from < events; from += 2000) {
    const messages = Array.from({ length: Math.min(2000, events - from) }, (_, i) => ({
      topic: 'prediction.logged',
      key: String(from + i),
      value: bytes.subarray(start[from + i], end[from + i]),
      headers: { 'content-type': 'application/json', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    }));
    await log.produce(messages);
  }
}

/** Resident set in millions of bytes. */
function residentMB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Math.round((Number(kib) * 1024) / 1e6);
}
