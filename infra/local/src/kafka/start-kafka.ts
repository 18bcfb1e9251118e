import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { warmUp } from '@drawbridge/kafka';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { packageRoot } from '../package-root.js';
import { freePorts } from '../ports.js';
import { Child } from '../process/child.js';
import { run } from '../process/run.js';
import { findJava } from './java.js';
import { resolveKafkaJars } from './jars.js';
import { serverProperties, type BrokerPorts, type Credential } from './server-properties.js';

export interface KafkaOptions {
  readonly dataDir: string;
  readonly ports?: BrokerPorts;
  /** Folder with the jars; default: the cache, filled by Maven when needed. */
  readonly jars?: string;
  /** One SCRAM credential per service; those of the first start stay valid until the data folder is removed. */
  readonly users?: readonly Credential[];
  readonly admin?: Credential;
  readonly logFile?: string;
  readonly heapMegabytes?: number;
  /** Half the work of a start, for a slower broker under load: for tests. */
  readonly fast?: boolean;
  readonly startTimeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of the process before it is ready, so that it can be stopped on the way. */
  readonly onSpawn?: (child: Child) => void;
}

export interface RunningKafka {
  readonly ports: BrokerPorts;
  readonly pid: number;
  /** Address of the listener that asks for a SCRAM credential. */
  readonly brokers: string;
  /** Address of the restricted listener without authentication. */
  readonly openBrokers: string;
  readonly admin: Credential;
  readonly users: readonly Credential[];
  readonly child: Child;
  stop(graceMs?: number): Promise<void>;
}

interface Credentials {
  readonly admin: Credential;
  readonly users: readonly Credential[];
}

/** A cluster id as Kafka's own tools make them: never with a leading hyphen, which their command line takes for an option. */
export function clusterId(bytes: Buffer): string {
  return bytes.toString('base64url').replace(/^-/, 'A');
}

const password = (): string => randomBytes(24).toString('base64url');

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** SCRAM credentials are written when the storage is formatted, so they are remembered beside it. */
async function credentials(options: KafkaOptions, formatted: boolean): Promise<Credentials> {
  const file = join(options.dataDir, 'credentials.json');
  if (formatted) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as Credentials;
  }
  const chosen: Credentials = {
    admin: options.admin ?? { username: 'admin', password: password() },
    users: options.users ?? [],
  };
  await writeFile(file, `${JSON.stringify(chosen, undefined, 2)}\n`, { mode: 0o600 });
  return chosen;
}

/** An argument as the java launcher reads it from a file. */
const quoted = (argument: string): string => `"${argument.replaceAll(/["\\]/g, '\\$&')}"`;

async function format(java: string, classPath: string, config: string, all: readonly Credential[]): Promise<void> {
  const id = clusterId(randomBytes(16));
  const scram = all.flatMap((user) => ['--add-scram', `SCRAM-SHA-256=[name=${user.username},password=${user.password}]`]);
  const args = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Dlog4j2.configurationFile=${join(packageRoot, 'kafka', 'log4j2.properties')}`,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--standalone',
    '-t',
    id,
    '-c',
    config,
    ...scram,
  ];
  // In a file, not on the command line: every user of the machine sees command lines, and these hold passwords.
  const argumentFile = `${config}.format`;
  await writeFile(argumentFile, `${args.map(quoted).join('\n')}\n`, { mode: 0o600 });
  const result = await run(java, [`@${argumentFile}`]);
  await rm(argumentFile, { force: true });
  if (result.code !== 0) {
    const lines = result.output.split('\n').filter((line) => !line.includes('ScramCredential'));
    throw new LocalError('DBR-KAFKA-UNHEALTHY', 'the storage could not be formatted', lines.slice(-20));
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function waitUntilReady(child: Child, port: number, admin: Credential, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const ended = new AbortController();
  void child.exited.then(() => ended.abort());
  let problem = `port ${port} did not open within ${timeoutMs / 1000} s`;
  while (child.running && Date.now() < deadline) {
    if (await isOpen(port)) {
      try {
        await warmUp({ brokers: [`127.0.0.1:${port}`], ...admin }, deadline - Date.now(), ended.signal);
        return;
      } catch (error) {
        problem = messageOf(error);
        break;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const lines = await child.tail();
  const what = child.running ? problem : 'the broker ended while starting';
  await child.stop(2000);
  throw new LocalError('DBR-KAFKA-UNHEALTHY', what, lines);
}

/** Starts a real Apache Kafka (KRaft, one node, loopback only); its files stay for the next start. */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const java = await findJava(options.env);
  const jars = options.jars ?? (await resolveKafkaJars(options.env === undefined ? {} : { env: options.env }));
  const ports = options.ports ?? (await chooseFreePorts());
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const config = join(options.dataDir, 'server.properties');
  const classPath = join(jars, '*');
  const formatted = await exists(join(options.dataDir, 'formatted'));
  const known = await credentials(options, formatted);
  await writeFile(config, serverProperties({ ports, dataDir: options.dataDir, admin: known.admin }), { mode: 0o600 });
  if (!formatted) {
    await rm(join(options.dataDir, 'log'), { recursive: true, force: true });
    await format(java.command, classPath, config, [known.admin, ...known.users]);
    await writeFile(join(options.dataDir, 'formatted'), '');
  }
  const heap = options.heapMegabytes ?? 384;
  const child = await Child.start({
    name: 'kafka',
    command: java.command,
    args: [
      '-Xms128m',
      `-Xmx${heap}m`,
      '-Xss512k',
      '-XX:+UseSerialGC',
      '-XX:ReservedCodeCacheSize=64m',
      ...(options.fast === true ? ['-XX:TieredStopAtLevel=1'] : []),
      '-XX:MaxDirectMemorySize=128m',
      '-XX:+ExitOnOutOfMemoryError',
      '-Djava.awt.headless=true',
      `-Dlog4j2.configurationFile=${join(packageRoot, 'kafka', 'log4j2.properties')}`,
      '-cp',
      classPath,
      'kafka.Kafka',
      config,
    ],
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: process.env['HOME'] },
    logFile: options.logFile ?? join(options.dataDir, 'kafka.log'),
  });
  options.onSpawn?.(child);
  await waitUntilReady(child, ports.sasl, known.admin, options.startTimeoutMs ?? 120_000);
  return {
    ports,
    pid: child.pid,
    brokers: `127.0.0.1:${ports.sasl}`,
    openBrokers: `127.0.0.1:${ports.open}`,
    admin: known.admin,
    users: known.users,
    child,
    stop: async (graceMs = 8000) => {
      await child.stop(graceMs);
    },
  };
}

async function chooseFreePorts(): Promise<BrokerPorts> {
  const [sasl, open, controller] = await freePorts(3);
  if (sasl === undefined || open === undefined || controller === undefined) throw new Error('no free ports');
  return { sasl, open, controller };
}
