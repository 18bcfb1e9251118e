import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from '@drawbridge/kafka';
import { eventually, sleep } from '@drawbridge/testing';
import { seeded, T0 } from '../../test/world.js';
import { cpuSeconds } from '../cpu-seconds.js';
import { readWorkload } from '../intake/workload-file.js';
import { stageWith } from './stage.js';

/**
 * How long after the last event that a window needs everybody who listens knows of its drift, when all windows of many
 * models end at once: from the flush that completes the last of them to the last `drift.detected` on the bus. Calm windows
 * and moved ones take turns, so that every moved one opens an alarm of every model.
 *
 *   node dist/bench/models/closing.js <folder> <models> <rows> <rounds>
 */
const [models = 1000, rows = 60, rounds = 3] = process.argv.slice(3).map(Number);
const PARTITIONS = 3;
const WINDOW_MS = 60_000;
const LATENESS_MS = 1000;
const PATIENCE_MS = 300_000;

interface Event {
  readonly features: Record<string, number | string | null>;
}

const { bytes, start, end } = readWorkload(process.argv[2] ?? '');
const names = Array.from({ length: models }, (_, i) => `model-${String(i)}`);
const settings = {
  windowSeconds: WINDOW_MS / 1000,
  latenessSeconds: LATENESS_MS / 1000,
  idleSeconds: 600,
  minRows: rows >> 1,
  quietWindows: 1,
};
const stage = await stageWith(process.argv[2] ?? '', { names, settings });
const { box } = stage;
/** When the listener had it, by window and model. */
const detected = new Map<number, Map<string, number>>();
try {
  const following = await box.eventLog().follow({
    topics: ['drift.detected'],
    onMessage(message) {
      const { model, window } = JSON.parse(message.value?.toString() ?? '{}') as { model: string; window: { start: string } };
      const at = Date.parse(window.start);
      const ofWindow = detected.get(at) ?? new Map<string, number>();
      detected.set(at, ofWindow.set(model, Date.now()));
    },
  });
  const keys = await keyPerPartition();
  const results = [];
  const random = seeded(5);
  for (let round = 0; round < rounds; round += 1) {
    for (const moved of [false, true]) {
      const startMs = T0 + (2 * round + (moved ? 1 : 0)) * WINDOW_MS;
      const spread = (row: number): number => startMs + LATENESS_MS + Math.floor(((WINDOW_MS - 2 * LATENESS_MS) * row) / rows);
      // Each window begins with what ends the one before.
      for (let row = PARTITIONS; row < rows; row += 1) await send(spread(row), row % PARTITIONS, moved);
      await settled();
      const calm = await quiet();
      const cpuBefore = [stage.service.pid, stage.cluster.postgres.pid].map(cpuSeconds);
      for (let row = 0; row < PARTITIONS; row += 1) await send(startMs + WINDOW_MS + LATENESS_MS, row, !moved);
      if (moved) {
        const told = (): boolean => calm.every((model) => detected.get(startMs)?.has(model) === true);
        await eventually('every alarm', () => Promise.resolve(told()), PATIENCE_MS);
        const cpu = [stage.service.pid, stage.cluster.postgres.pid].map((pid, i) => Math.round((cpuSeconds(pid) - cpuBefore[i]!) * 1000));
        results.push(await resultOf(startMs, calm, cpu));
        process.stderr.write(`${JSON.stringify(results.at(-1))}\n`);
      } else await eventually('the calm windows', async () => (await closed(startMs)) === models, PATIENCE_MS);
    }
  }
  await following.stop();
  const worst = results.map(({ lastMs }) => lastMs).toSorted((a, b) => a - b);
  process.stdout.write(
    `${JSON.stringify({ models, features: 20, rows, rounds: results, lastMs: worst[worst.length >> 1], worstMs: worst.at(-1) })}\n`,
  );

  async function send(timeMs: number, partition: number, moved: boolean): Promise<void> {
    const messages = names.map((model): OutgoingMessage => {
      const line = Math.floor(random() * start.length);
      const event = JSON.parse(bytes.toString('utf8', start[line], end[line])) as Event;
      const { features } = event;
      if (moved) for (const name of Object.keys(features)) if (name.startsWith('num_gauss')) features[name] = Number(features[name]) + 50;
      const value = JSON.stringify({ ...event, predictionId: randomUUID(), time: new Date(timeMs).toISOString(), model });
      return { topic: 'prediction.logged', key: keys[partition]!, value };
    });
    await box.eventLog().produce(messages);
  }
} finally {
  await stage.end();
}

/** A key for each partition: found by looking where they go. */
async function keyPerPartition(): Promise<string[]> {
  const probes = Array.from({ length: 50 }, (_, i): OutgoingMessage => ({
    topic: 'prediction.logged',
    key: `key-${String(i)}`,
    value: '{}',
  }));
  await box.eventLog().produce(probes);
  const keys: string[] = [];
  let seen = 0;
  const following = await box.eventLog().follow({
    topics: ['prediction.logged'],
    onMessage({ key, partition }) {
      keys[partition] ??= key?.toString() ?? '';
      seen += 1;
    },
  });
  await eventually('the probes', () => Promise.resolve(seen >= probes.length));
  await following.stop();
  return keys;
}

/** Everything sent so far is counted, and its windows are as far as they will come. */
async function settled(): Promise<void> {
  await eventually(
    'everything counted',
    async () => {
      const lags = await box.eventLog().lag('monitoring.intake', ['prediction.logged']);
      return lags.every(({ lag }) => lag === 0n);
    },
    PATIENCE_MS,
  );
  await sleep(500);
}

async function closed(startMs: number): Promise<number> {
  const [row] = await box.query<{ n: string }>(
    'monitoring',
    `SELECT count(*) AS n FROM windows WHERE start_at = $1 AND status = 'closed'`,
    [new Date(startMs)],
  );
  return Number(row?.n ?? 0);
}

/** Models without an open alarm. Of a thousand calm windows one or two raise a false one, as their budget allows, and it goes on. */
async function quiet(): Promise<string[]> {
  const found = await box.query<{ model: string }>('monitoring', `SELECT model FROM monitors WHERE alarm->>'state' = 'quiet'`);
  return found.map(({ model }) => model);
}

async function resultOf(startMs: number, calm: readonly string[], [monitoring, postgres]: readonly number[]) {
  const [row] = await box.query<{ ms: string }>('monitoring', `SELECT extract(epoch FROM max(seen_at)) * 1000 AS ms FROM watermarks`);
  const flushedMs = Number(row?.ms);
  const waits = calm.map((model) => Math.round((detected.get(startMs)?.get(model) ?? Infinity) - flushedMs)).toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
  return {
    detected: waits.length,
    firstMs: waits[0],
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    lastMs: waits.at(-1) ?? Infinity,
    cpuMs: { monitoring, postgres },
  };
}
