import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configPath, isOpenToOthers } from '../config/config-file.js';
import type { LocalStack } from '../config/local-stack.js';
import { codeOf } from '../errors.js';
import type { Session } from '../session.js';
import { bad, type Finding, good } from './finding.js';

const run = promisify(execFile);

const GIB = 1024 ** 3;
/** The embedded stack uses up to 2.5 GB of memory and writes about 1 GB during the demonstration. */
const MEMORY_NEEDED = 2.5 * GIB;
const DISK_NEEDED = 2 * GIB;
const DISK_MINIMUM = 0.5 * GIB;
const DEFAULT_BASE = 4700;
const PORTS = 10;

/** What can be checked on this machine without asking anybody. */
export async function machineChecks({ settings, io }: Session): Promise<Finding[]> {
  const { stack } = settings;
  const { env, cwd } = io.host;
  const [java, disk, config, local] = await Promise.all([
    javaCheck(env),
    diskCheck(cwd),
    configCheck(env),
    stack === undefined ? portsCheck(DEFAULT_BASE) : Promise.resolve(stackCheck(stack)),
  ]);
  return [nodeCheck(process.versions.node), java, memoryCheck(stack), disk, config, local];
}

export function nodeCheck(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return fits
    ? good('node', version)
    : bad('fail', 'node', 'DBR-NODE-VERSION', `${version} is too old`, 'install Node.js 20.19 or newer in line 20, or 22.12 or newer');
}

/** Only the embedded Kafka needs Java, so its absence is no failure of an installation elsewhere. */
async function javaCheck(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const home = env['JAVA_HOME'];
  const command = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const fix = 'the embedded Kafka needs Java 17 or newer: install a JRE, or use your own broker with DRAWBRIDGE_KAFKA_BROKERS';
  try {
    const { stderr, stdout } = await run(command, ['-version'], { timeout: 10_000 });
    const found = /version "?(\d+)(?:\.(\d+))?[^"\s]*/.exec(`${stderr}${stdout}`);
    const major = Number(found?.[1] === '1' ? found[2] : found?.[1]);
    if (found === null || Number.isNaN(major)) return bad('warn', 'java', 'DBR-JAVA-MISSING', 'its version cannot be read', fix);
    return major >= 17 ? good('java', String(major)) : bad('warn', 'java', 'DBR-JAVA-OLD', `${major} is too old`, fix);
  } catch {
    return bad('warn', 'java', 'DBR-JAVA-MISSING', 'none was found', fix);
  }
}

function memoryCheck(stack: LocalStack | undefined): Finding {
  const free = freemem();
  const text = `${(free / GIB).toFixed(1)} GB free`;
  if (stack !== undefined || free >= MEMORY_NEEDED) return good('memory', text);
  return bad('warn', 'memory', 'DBR-MEMORY-LOW', text, 'the embedded stack needs up to 2.5 GB: close other programs');
}

async function diskCheck(cwd: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(cwd);
  const free = bavail * bsize;
  const text = `${(free / GIB).toFixed(1)} GB free`;
  if (free >= DISK_NEEDED) return good('disk', text);
  return bad(
    free < DISK_MINIMUM ? 'fail' : 'warn',
    'disk',
    'DBR-DISK-LOW',
    text,
    'free some space, or move the state with DRAWBRIDGE_HOME',
  );
}

async function configCheck(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const file = configPath(env);
  if (!(await isOpenToOthers(env))) return good('config', file);
  return bad('fail', 'config', 'DBR-CONFIG-OPEN', `${file} can be read by others, and it holds keys`, `chmod 600 ${file}`);
}

function stackCheck(stack: LocalStack): Finding {
  if (!lives(stack.supervisorPid)) {
    return bad('warn', 'local stack', 'DBR-STALE-PID', 'it ended without cleaning up', 'npm start cleans up and starts it again');
  }
  return good('local stack', `${stack.status}, ports from ${stack.portBase}`);
}

function lives(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Where no stack runs, could one start? */
async function portsCheck(base: number): Promise<Finding> {
  const ports = Array.from({ length: PORTS }, (_, offset) => base + offset);
  const free = await Promise.all(ports.map(isFree));
  const taken = ports.filter((_, index) => free[index] !== true);
  if (taken.length === 0) return good('ports', `${base} to ${base + PORTS - 1} are free`);
  return bad(
    'warn',
    'ports',
    'DBR-PORT-IN-USE',
    `${taken.join(', ')} taken`,
    'another stack may run there; npm start -- --port-base 5700 moves the whole block',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
