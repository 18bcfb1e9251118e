import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, repositoryRoot } from '@drawbridge/local';
import type { Load } from './children.js';
import { STREAMS } from './peers.js';
import type { Reading } from './rounds.js';
import { TOPIC } from './workload-folder.js';

const run = promisify(execFile);
const sources = join(repositoryRoot, 'infra/bench/java');
const pom = join(sources, 'pom.xml');
const WINDOW_MS = 60_000;
/** Of the events; what a JVM pays once, compiling above all, is not what an event costs. */
const WARM_UP = 0.5;

/** Kafka Streams, ready to be measured. */
export interface StreamsPeer {
  readonly classPath: string;
}

interface StreamsReading extends Reading {
  readonly wholeCpuMicroseconds: number;
  readonly windows: Readonly<Record<string, number>>;
}

/** Gets the jars by Maven, once, and compiles the program below `folder`. Throws with what is missing. */
export async function prepareStreams(folder: string): Promise<StreamsPeer> {
  const jars = await resolveJars();
  const classes = join(folder, 'classes');
  await mkdir(classes, { recursive: true });
  await tool('javac', ['-cp', join(jars, '*'), '-d', classes, join(sources, 'WindowCounts.java')], 'a JDK is needed');
  return { classPath: `${classes}:${join(jars, '*')}` };
}

/** As the other measurements: rejects when a single window has another count than the events say. */
export async function measureStreams({ classPath }: StreamsPeer, load: Load): Promise<Reading> {
  const { folder, kafka, events } = load;
  const id = `bench-${randomUUID()}`;
  const settings = join(folder, `${id}.properties`);
  const { username = '', password = '' } = kafka;
  const properties = {
    'bootstrap.servers': kafka.brokers.join(','),
    'application.id': id,
    'state.dir': join(folder, id),
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'SCRAM-SHA-256',
    'sasl.jaas.config': `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  await writeFile(settings, `${lines.join('\n')}\n`, { mode: 0o600 });
  try {
    const topic = `${kafka.topicPrefix ?? ''}${TOPIC}`;
    const args = ['-cp', classPath, 'WindowCounts', settings, topic, String(events), String(Math.ceil(events * WARM_UP))];
    const stdout = await tool('java', args, 'Kafka Streams ended badly');
    const { windows, wholeCpuMicroseconds, ...reading } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as StreamsReading;
    const wrong = differences(windows, await trueCounts(folder));
    if (wrong.length > 0) throw new Error(`${STREAMS} counted wrong: ${wrong.slice(0, 5).join('; ')}`);
    console.log(`${STREAMS}: ${(wholeCpuMicroseconds / events).toFixed(2)} with the start of the process`);
    return { ...reading, wholeCpuMicroseconds };
  } finally {
    await rm(settings, { force: true });
  }
}

/** Rows per model and minute, plainly. */
export async function trueCounts(folder: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const line of (await readFile(join(folder, 'events.ndjson'), 'utf8')).trimEnd().split('\n')) {
    const { model, time } = JSON.parse(line) as { model: string; time: string };
    const timeMs = Date.parse(time);
    const window = `${model} ${String(timeMs - (timeMs % WINDOW_MS))}`;
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return counts;
}

/** What is not as it should be, window by window. */
export function differences(found: Readonly<Record<string, number>>, expected: ReadonlyMap<string, number>): string[] {
  const names = new Set([...Object.keys(found), ...expected.keys()]);
  return [...names]
    .filter((name) => found[name] !== expected.get(name))
    .map((name) => `${name}: ${String(found[name])}, not ${String(expected.get(name))}`);
}

/** True when nothing has to be fetched. */
export async function streamsCached(): Promise<boolean> {
  return exists(await jarFolder());
}

async function jarFolder(): Promise<string> {
  const version = /<artifactId>kafka-streams<\/artifactId>\s*<version>([^<]+)</.exec(await readFile(pom, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${pom} names no version of kafka-streams`);
  return join(cacheFolder(), `kafka-streams-${version}`);
}

async function resolveJars(): Promise<string> {
  const folder = await jarFolder();
  if (await exists(folder)) return folder;
  const arriving = `${folder}.${String(process.pid)}`;
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${arriving}`, '-DincludeScope=runtime'];
    await tool('mvn', ['-B', '-q', '-f', pom, ...goal], 'Maven brings the jars');
    await rename(arriving, folder);
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function tool(name: string, args: readonly string[], why: string): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const command = name === 'mvn' || home === undefined || home === '' ? name : join(home, 'bin', name);
  try {
    return (await run(command, args, { maxBuffer: 64 * 1024 * 1024, timeout: 900_000 })).stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const last = stderr.trim().split('\n').slice(-8).join('\n');
    throw new Error(`${name} failed (${why}): ${last === '' ? message.split('\n')[0] : last}`, { cause: error });
  }
}
