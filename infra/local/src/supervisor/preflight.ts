import { readFile, statfs } from 'node:fs/promises';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { freemem } from 'node:os';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { findJava } from '../kafka/java.js';
import { jarsCached } from '../kafka/jars.js';
import { isPortFree } from '../ports.js';
import { portHolder } from '../process/port-holder.js';
import { run } from '../process/run.js';
import type { Home, PortName, Ports } from './layout.js';

const gibibyte = 1024 ** 3;

/** What a stack needs at least before it starts. */
export interface Needs {
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

export const defaultNeeds: Needs = { diskBytes: 2 * gibibyte, memoryBytes: 2 * gibibyte };

export interface PreflightOptions {
  readonly home: Home;
  readonly ports: Ports;
  readonly ownKafka: boolean;
  readonly ownDatabase: boolean;
  readonly needs?: Needs;
  readonly env?: NodeJS.ProcessEnv;
  readonly nodeVersion?: string;
}

/** Line 20 from 20.19, or anything from 22.12 on. */
export function nodeFits(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major === 20 ? minor >= 19 : major > 22 || (major === 22 && minor >= 12);
}

export function checkNode(version = process.version): void {
  if (!nodeFits(version)) throw new LocalError('DBR-NODE-VERSION', `this is Node.js ${version}`);
}

/** Creates the folder and makes sure that we may write into it. */
export function checkHome(home: Home): void {
  try {
    mkdirSync(home.logs, { recursive: true, mode: 0o755 });
    accessSync(home.root, constants.R_OK | constants.W_OK | constants.X_OK);
    accessSync(home.logs, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LocalError('DBR-FOLDER-UNREACHABLE', `${home.root}: ${messageOf(cause)}`, [], { cause });
  }
}

export async function checkPorts(ports: Ports, wanted: readonly PortName[]): Promise<void> {
  for (const name of wanted) {
    const port = ports[name];
    if (await isPortFree(port)) continue;
    const holder = await portHolder(port);
    const who = holder === undefined ? 'another user’s program' : `pid ${holder.pid} (${holder.command})`;
    throw new LocalError('DBR-PORT-IN-USE', `port ${port} (${name}) is held by ${who}`);
  }
}

export async function checkDisk(folder: string, needed: number): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed) {
    throw new LocalError(
      'DBR-DISK-LOW',
      `${(free / gibibyte).toFixed(2)} GiB free at ${folder}, ${(needed / gibibyte).toFixed(2)} GiB needed`,
    );
  }
  return free;
}

async function numberIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Memory that can be had now: what the machine has to give, or what the container's limit leaves. */
export async function availableMemory(): Promise<number> {
  const meminfo = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1];
  const machine = kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  const limit = await numberIn('/sys/fs/cgroup/memory.max');
  const used = await numberIn('/sys/fs/cgroup/memory.current');
  return limit === undefined || used === undefined ? machine : Math.min(machine, limit - used);
}

export async function checkMemory(needed: number): Promise<number> {
  const available = await availableMemory();
  if (available < needed) {
    throw new LocalError(
      'DBR-MEMORY-LOW',
      `${(available / gibibyte).toFixed(2)} GiB available, ${(needed / gibibyte).toFixed(2)} GiB needed`,
    );
  }
  return available;
}

async function checkJava(env: NodeJS.ProcessEnv): Promise<string> {
  const java = await findJava(env);
  if (!(await jarsCached(env)) && (await run('mvn', ['--version'], { env })).code !== 0) {
    throw new LocalError('DBR-MAVEN-MISSING', 'the cache holds no jars, and mvn does not run');
  }
  return `java ${java.major}`;
}

/** Looks at everything that can be known before the first process starts. */
export async function preflight(options: PreflightOptions): Promise<{ detail: string }> {
  const env = options.env ?? process.env;
  const needs = options.needs ?? defaultNeeds;
  checkNode(options.nodeVersion);
  checkHome(options.home);
  const java = options.ownKafka ? 'own kafka' : await checkJava(env);
  const wanted = (Object.keys(options.ports) as PortName[]).filter(
    (name) => !(options.ownDatabase && name === 'postgres') && !(options.ownKafka && name.startsWith('kafka')),
  );
  await checkPorts(options.ports, wanted);
  const disk = await checkDisk(options.home.root, needs.diskBytes);
  const memory = await checkMemory(needs.memoryBytes);
  const node = (options.nodeVersion ?? process.version).replace(/^v/, '').split('.').slice(0, 2).join('.');
  const gib = (bytes: number): string => (bytes / gibibyte).toFixed(1);
  return { detail: `node ${node}, ${java}, ${wanted.length} ports free, ${gib(disk)} GiB disk, ${gib(memory)} GiB memory` };
}
