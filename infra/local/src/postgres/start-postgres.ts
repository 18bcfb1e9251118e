import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { freePort } from '../ports.js';
import { Child } from '../process/child.js';
import { run } from '../process/run.js';
import { postgresBinaries, sharedFolder } from './binaries.js';
import { placeData } from './data-folder.js';
import { canReach, databaseUser, type SystemUser } from './system-user.js';

export interface PostgresOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Default: a random one, or the one of the last start. It is only used on the first start. */
  readonly password?: string;
  /** No waiting for the disk: for tests, where a power cut loses nothing. */
  readonly fast?: boolean;
  readonly logFile?: string;
  readonly maxConnections?: number;
  readonly startTimeoutMs?: number;
  /** Told of the process before it is ready, so that it can be stopped on the way. */
  readonly onSpawn?: (child: Child) => void;
}

export interface RunningPostgres {
  readonly port: number;
  readonly pid: number;
  /** Where the files are; not always the wanted folder (see `placeData`). */
  readonly dataDir: string;
  /** The superuser's URL of the database `postgres`: for bootstrap only, never for a service. */
  readonly adminUrl: string;
  readonly child: Child;
  stop(graceMs?: number): Promise<void>;
}

const superuser = 'drawbridge_admin';

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Postgres wants its time zones, locale and PATH, and none of our secrets. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' };
}

async function initialise(dataDir: string, initdb: string, user: SystemUser | undefined, password: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (user !== undefined) await chown(dataDir, user.uid, user.gid);
  // The password file belongs to the database user, whatever our umask is.
  const parent = user === undefined || (await canReach(tmpdir(), user)) ? tmpdir() : await sharedFolder('lib');
  const secret = await mkdtemp(join(parent, 'drawbridge-'));
  const passwordFile = join(secret, 'password');
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user !== undefined) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(secret, user.uid, user.gid);
    }
    const result = await run(
      initdb,
      [
        `--pgdata=${dataDir}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
      ],
      { env: environment(), cwd: '/', uid: user?.uid, gid: user?.gid },
    );
    if (result.code !== 0) {
      throw new LocalError('DBR-DB-UNHEALTHY', `initdb failed in ${dataDir}`, result.output.trimEnd().split('\n').slice(-20));
    }
  } finally {
    await rm(secret, { recursive: true, force: true });
  }
}

async function refuseOtherMajor(dataDir: string): Promise<void> {
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version === '18') return;
  throw new LocalError('DBR-SCHEMA-NEWER', `the data folder ${dataDir} is of PostgreSQL ${version}, this program runs 18`);
}

async function waitUntilReady(child: Child, url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (child.running && Date.now() < deadline) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      last = messageOf(error);
      await client.end().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const lines = await child.tail();
  const what = child.running ? `no connection within ${timeoutMs / 1000} s: ${last}` : 'postgres ended while starting';
  await child.stop(2000);
  throw new LocalError('DBR-DB-UNHEALTHY', what, lines);
}

/** Starts a real PostgreSQL on loopback; its files stay, so a second start continues where the first ended. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const user = await databaseUser();
  const binaries = await postgresBinaries(user);
  const dataDir = await placeData(options.dataDir, user);
  const passwordFile = `${options.dataDir}.password`;
  const remembered = await readFile(passwordFile, 'utf8').catch(() => undefined);
  // The files know the password of their first start only.
  const password = remembered?.trim() ?? options.password ?? randomBytes(24).toString('base64url');
  if (!(await exists(join(dataDir, 'PG_VERSION')))) {
    // Without PG_VERSION an earlier initdb was interrupted; what it left is of no use.
    await rm(dataDir, { recursive: true, force: true });
    await mkdir(dirname(passwordFile), { recursive: true });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await initialise(dataDir, binaries.initdb, user, password);
  }
  await refuseOtherMajor(dataDir);
  const port = options.port ?? (await freePort());
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 120,
    shared_buffers: '96MB',
    max_wal_size: '512MB',
    password_encryption: 'scram-sha-256',
    log_timezone: 'UTC',
    timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
    // Commits still reach the kernel one by one: a killed server must not forget any.
    ...(options.fast === true ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  const child = await Child.start({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', dataDir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: environment(),
    cwd: '/',
    uid: user?.uid,
    gid: user?.gid,
    logFile: options.logFile ?? `${options.dataDir}.log`,
    // Fast shutdown: sessions are ended, everything is on disk.
    stopSignal: 'SIGINT',
  });
  options.onSpawn?.(child);
  const adminUrl = `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  await waitUntilReady(child, adminUrl, options.startTimeoutMs ?? 60_000);
  return {
    port,
    pid: child.pid,
    dataDir,
    adminUrl,
    child,
    stop: async (graceMs = 8000) => {
      await child.stop(graceMs);
    },
  };
}
