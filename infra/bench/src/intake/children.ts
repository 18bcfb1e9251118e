import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KafkaSettings } from '@drawbridge/kafka';
import { repositoryRoot } from '@drawbridge/local';
import type { Reading } from './rounds.js';
import type { Measurement, ProductionCase } from './suite.js';

const run = promisify(execFile);

/** Runs a program of the benchmark and reads the last line it prints. */
export async function lastLine(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--enable-source-maps', program, ...args], {
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', ...env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 900_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

export interface Load {
  readonly folder: string;
  readonly kafka: KafkaSettings;
  readonly events: number;
  readonly warmUp: number;
}

/** One measurement in a process of its own. Throws when the process did not count every event. */
export async function measureIn({ program, source, work, passes, name }: Measurement, load: Load): Promise<Reading> {
  const { folder, kafka, events, warmUp } = load;
  const args = [source, work, folder, String(events), String(warmUp), String(passes)];
  const reading = (await lastLine(program, args, { DRAWBRIDGE_BENCH_KAFKA: JSON.stringify(kafka) })) as Reading;
  if (reading.counted !== events * passes) {
    throw new Error(`${name} counted ${String(reading.counted)} events of ${String(events * passes)}`);
  }
  return reading;
}

export interface Gate {
  readonly events: number;
  readonly counted: number;
  readonly late: number;
  readonly deduplicated: number;
  readonly rejected: number;
  readonly windows: number;
  readonly cells: number;
  readonly differences: number;
}

/** Compares the intake with the plain reference on the events of a folder; rejects when they differ. */
export async function passGate(folder: string): Promise<Gate> {
  return (await lastLine(join(repositoryRoot, 'services/monitoring/dist/bench/intake/gate.js'), [folder])) as Gate;
}

export interface Production {
  readonly events: number;
  readonly counted: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosecondsPerEvent: Readonly<Record<'monitoring' | 'postgres' | 'kafka', number>>;
  readonly rssMiB: number;
}

/** The monitoring process on a Postgres and a Kafka of its own, over the events of a folder. Throws when it did not count each. */
export async function runProduction({ name, keepRate, headers }: ProductionCase, folder: string): Promise<Production> {
  const program = join(repositoryRoot, 'services/monitoring/dist/bench/intake/production.js');
  const found = (await lastLine(program, [folder, String(keepRate), String(headers)])) as Production;
  if (found.counted !== found.events) throw new Error(`${name} counted ${String(found.counted)} events of ${String(found.events)}`);
  return found;
}
