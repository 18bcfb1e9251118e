import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credential, type RunningKafka, type RunningPostgres, servicePrincipals, startKafka, startPostgres } from '@drawbridge/local';

/** How to reach a Postgres and a Kafka that tests may use. */
export interface ClusterFacts {
  readonly adminUrl: string;
  /** Passwords of the runtime and migration roles; the same in every database of the server. */
  readonly rolePasswords: Readonly<Record<string, string>>;
  readonly brokers: string;
  readonly openBrokers: string;
  readonly kafkaAdmin: Credential;
  readonly kafkaUsers: readonly Credential[];
}

/** One process that a test may kill and bring back. */
export interface ProcessControl {
  readonly pid: number;
  /** False once it ended, whoever ended it. */
  readonly running: boolean;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: there, but silent. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port with the same files. */
  restart(): Promise<void>;
}

export interface Cluster {
  readonly facts: ClusterFacts;
  readonly postgres: ProcessControl;
  readonly kafka: ProcessControl;
  stop(): Promise<void>;
}

const password = (): string => randomBytes(18).toString('base64url');

class Controlled<T extends RunningPostgres | RunningKafka> implements ProcessControl {
  constructor(
    private process: T,
    private readonly again: () => Promise<T>,
  ) {}

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.child.running;
  }

  async kill(): Promise<void> {
    this.process.child.kill('SIGKILL');
    await this.process.child.exited;
  }

  freeze(): void {
    this.process.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.child.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.stop();
    this.process = await this.again();
  }

  async stop(): Promise<void> {
    if (this.running) await this.process.stop(5000);
  }
}

/** Where the two keep their files; what they write to say stays in the cluster's folder. */
export interface DataFolders {
  readonly postgres: string;
  readonly kafka: string;
}

/** A Postgres and a Kafka with files below `folder`, on free ports. */
export async function startCluster(folder: string, data?: DataFolders): Promise<Cluster> {
  const roles = servicePrincipals.flatMap((name) => [name, `${name}_owner`]);
  const rolePasswords = Object.fromEntries(roles.map((role) => [role, password()]));
  const users = servicePrincipals.map((username) => ({ username, password: password() }));
  const postgresOptions = {
    dataDir: data?.postgres ?? join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    fast: true,
    maxConnections: 400,
  };
  const kafkaOptions = { dataDir: data?.kafka ?? join(folder, 'kafka'), logFile: join(folder, 'kafka.log'), users, fast: true };
  const [database, broker] = await Promise.allSettled([startPostgres(postgresOptions), startKafka(kafkaOptions)]);
  if (database.status === 'rejected' || broker.status === 'rejected') {
    if (database.status === 'fulfilled') await database.value.stop(2000);
    if (broker.status === 'fulfilled') await broker.value.stop(2000);
    throw database.status === 'rejected' ? database.reason : (broker as PromiseRejectedResult).reason;
  }
  const { port, adminUrl } = database.value;
  const { ports, brokers, openBrokers, admin } = broker.value;
  const postgres = new Controlled(database.value, () => startPostgres({ ...postgresOptions, port }));
  const kafka = new Controlled(broker.value, () => startKafka({ ...kafkaOptions, ports }));
  return {
    facts: { adminUrl, rolePasswords, brokers, openBrokers, kafkaAdmin: admin, kafkaUsers: users },
    postgres,
    kafka,
    async stop() {
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}

/** A cluster of one's own, for tests that kill or freeze it. It costs some seconds; stop it in `afterAll`. */
export async function ownCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-own-'));
  await chmod(folder, 0o755);
  const cluster = await startCluster(folder);
  return {
    ...cluster,
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The cluster that the test run started for everybody. */
export function sharedCluster(): ClusterFacts {
  const file = process.env['DRAWBRIDGE_TEST_CLUSTER'];
  if (file === undefined) throw new Error('no test cluster: run this test with `npm run test:it`');
  return JSON.parse(readFileSync(file, 'utf8')) as ClusterFacts;
}
