import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { violations } from '@drawbridge/contracts';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { tableFromIPC } from 'apache-arrow';
import { aDriftDetected } from './drift-event.js';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../producers', import.meta.url));
const budget = 60_000;
let box: Sandbox;

interface Tool {
  readonly name: string;
  readonly needs: readonly [command: string, ...args: string[]];
  readonly send: readonly [command: string, ...args: string[]];
  /** Many in one message. */
  readonly sendBatch?: readonly [command: string, ...args: string[]];
  /** Absent: shown by another tool of the same language. */
  readonly watch?: readonly [command: string, ...args: string[]];
}

const python = process.env['DRAWBRIDGE_PYTHON'] ?? 'python3';
const script = (path: string): string => join(folder, path);
const tools: Tool[] = [
  {
    name: 'python',
    needs: [python, '-c', 'import confluent_kafka, pyarrow'],
    send: [python, script('python/send.py'), '--model', 'risk', '--version', '7', '--count', '5'],
    sendBatch: [python, script('python/send_batch.py'), '--model', 'risk', '--version', '7', '--count', '5'],
    watch: [python, script('python/watch_drift.py'), '--from-beginning', '--max', '1'],
  },
  {
    name: 'kafka-python',
    needs: [python, '-c', 'import kafka'],
    send: [python, script('python/send_kafka_python.py'), '--model', 'risk', '--version', '7', '--count', '5'],
  },
  {
    name: 'node',
    needs: ['node', '--version'],
    send: ['node', script('node/send.mjs'), '--model', 'risk', '--version', '7', '--count', '5'],
    sendBatch: ['node', script('node/send-batch.mjs'), '--model', 'risk', '--version', '7', '--count', '5'],
    watch: ['node', script('node/watch-drift.mjs'), '--from-beginning', '--max', '1'],
  },
  {
    name: 'kcat',
    needs: ['kcat', '-V'],
    send: [script('kcat/send.sh'), 'risk', '7', '5'],
    watch: [script('kcat/watch-drift.sh'), 'beginning', '1'],
  },
  {
    name: 'http',
    needs: ['curl', '--version'],
    send: [script('http/send.sh'), 'risk', '7', '5'],
  },
];

/** Locally a missing tool is a printed skip; in CI the test runs all the same and fails. */
function present({ name, needs: [command, ...args] }: Tool): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`not tested: ${name} (${[command, ...args].join(' ')} failed)\n`);
    return process.env['CI'] !== undefined && process.env['CI'] !== 'false';
  }
}

async function output([command, ...args]: readonly [string, ...string[]]): Promise<string> {
  const env = {
    ...process.env,
    DRAWBRIDGE_INGEST_BROKERS: box.facts.openBrokers,
    DRAWBRIDGE_TOPIC_PREFIX: box.prefix,
    DRAWBRIDGE_PROJECT: 'team-a',
    DRAWBRIDGE_ENDPOINT: box.url('console'),
    DRAWBRIDGE_API_KEY: box.keys.producer,
  };
  const { stdout } = await run(command, args, { env, timeout: 30_000 });
  return stdout;
}

/** Every row of every message so far, with what its message says for all of them. */
async function rowsOfBatches(): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const following = await box.eventLog().follow({
    topics: ['prediction.batch.logged'],
    onMessage({ value }) {
      const table = tableFromIPC(value!);
      const constants = [...table.schema.metadata].filter(([name]) => name.startsWith('drawbridge.'));
      const common = Object.fromEntries(constants.map(([name, text]) => [name.slice('drawbridge.'.length), text]));
      for (const row of table.toArray() as { toJSON(): Record<string, unknown> }[]) {
        const { time = common['time'], ...rest } = row.toJSON();
        // Integers of 64 bits are no numbers to JavaScript.
        const values = Object.entries(rest).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]);
        rows.push({ ...common, ...Object.fromEntries(values), time: typeof time === 'number' ? new Date(time).toISOString() : time });
      }
    },
  });
  await following.caughtUp;
  await following.stop();
  return rows;
}

beforeAll(async () => {
  box = await sandbox('producers');
  await Promise.all([box.migrate('console'), box.seedAccess()]);
  await box.startService('console');
  await box.publish('drift.detected', aDriftDetected(), { key: 'monitor-1' });
}, budget);

afterAll(async () => {
  await box.dispose();
});

for (const tool of tools) {
  (present(tool) ? describe : describe.skip)(`from ${tool.name}`, () => {
    test(
      'predictions and their labels arrive and keep the contract',
      async () => {
        expect(await output(tool.send)).toContain('sent 5 predictions of risk 7 and their labels');
        const own = (key: string | null): boolean => key?.startsWith(`${tool.name}-`) ?? false;
        const predictions = (
          await box.collect('prediction.logged', (seen) => seen.filter(({ key }) => own(key)).length >= 5, budget)
        ).filter(({ key }) => own(key));
        const labels = (await box.collect('label.received', (seen) => seen.filter(({ key }) => own(key)).length >= 5, budget)).filter(
          ({ key }) => own(key),
        );
        expect(predictions.flatMap(({ data }) => violations('prediction.logged', data))).toEqual([]);
        expect(labels.flatMap(({ data }) => violations('label.received', data))).toEqual([]);
        expect(predictions.every(({ key, data }) => key === data.predictionId && data.model === 'risk' && data.version === '7')).toBe(true);
        expect(new Set([...predictions, ...labels].map(({ data }) => data.project))).toEqual(new Set(['team-a']));
        expect(new Set(labels.map(({ key }) => key))).toEqual(new Set(predictions.map(({ key }) => key)));
      },
      budget,
    );

    const { watch, sendBatch } = tool;
    if (sendBatch !== undefined) {
      test(
        'predictions of one message arrive and each of them keeps the contract',
        async () => {
          expect(await output(sendBatch)).toContain('sent 5 predictions of risk 7 in one message');
          const rows = (await rowsOfBatches()).filter(({ predictionId }) => String(predictionId).startsWith(`${tool.name}-`));
          expect(rows).toHaveLength(5);
          expect(rows.flatMap((row) => violations('prediction.batch.logged', row))).toEqual([]);
          expect(new Set(rows.map(({ project, model, version }) => [project, model, version].join()))).toEqual(new Set(['team-a,risk,7']));
          expect(rows.every((row) => 'features.origin' in row && 'output.score' in row)).toBe(true);
        },
        budget,
      );
    }
    if (watch === undefined) return;
    test(
      'a detected drift is printed',
      async () => {
        const printed = await output(watch);
        expect(printed).toContain('origin');
        expect(printed).toContain('fewer flights from LGA');
      },
      budget,
    );
  });
}
