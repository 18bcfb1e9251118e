import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminConnection } from '@drawbridge/kafka';
import { selfCheck } from '../check/self-check.js';
import type { LocalErrorCode } from '../errors.js';
import { messageOf } from '../failure.js';
import { packageRoot } from '../package-root.js';
import type { Child } from '../process/child.js';
import type { RunningKafka } from '../kafka/start-kafka.js';
import type { RunningPostgres } from '../postgres/start-postgres.js';
import {
  embeddedKafkaFacts,
  ownKafkaFacts,
  migrationUrls,
  prepareDatabase,
  prepareTopics,
  startEmbeddedKafka,
  startEmbeddedPostgres,
  type OwnParts,
} from './infrastructure.js';
import { serviceOrder, databaseServices, type Home, type Ports, type ServiceProcess } from './layout.js';
import { preflight } from './preflight.js';
import type { Progress } from './progress.js';
import { bootstrapKeys, loadSecrets, writePrivate, type Secrets } from './secrets.js';
import { serviceUrls, type StackFacts } from './service-env.js';
import { migrate, spawnService, waitReady } from './service-process.js';
import { markOf, writeState, type StackState } from './state.js';
import { graceFor, type StopRow } from './stop-budget.js';
import { Supervised, type SupervisedEvents } from './supervised.js';

export interface StackOptions {
  readonly home: Home;
  readonly ports: Ports;
  readonly own: OwnParts;
  readonly progress: Progress;
  /** Without the self-check at the end. */
  readonly skipCheck: boolean;
  /** The claim this start holds; it is kept up to date with the processes. */
  readonly claim: StackState;
}

export const version = (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;

// In reverse, but the console last of the services: it takes the traces that the others still send.
const stopRows: readonly StopRow[] = [
  ...serviceOrder.map((row) => ({ names: row.filter((name) => name !== 'console'), reserveMs: 500 })).toReversed(),
  { names: ['console'], reserveMs: 500 },
  { names: ['kafka'], reserveMs: 1500 },
  { names: ['postgres'], reserveMs: 1000 },
];

/** The whole installation on one machine: started in order, watched, and stopped in reverse. */
export class Stack {
  private readonly processes = new Map<string, Supervised>();
  private state: StackState;
  private stopped: Promise<void> | undefined;
  private secretsLoaded: Secrets | undefined;
  private saving: Promise<void> = Promise.resolve();
  private readonly spawned = new Set<Child>();
  private closed = false;

  constructor(private readonly options: StackOptions) {
    this.state = options.claim;
  }

  get secrets(): Secrets {
    if (this.secretsLoaded === undefined) throw new Error('the stack has not started');
    return this.secretsLoaded;
  }

  /** Process id by name, as it is now. */
  pids(): Record<string, number> {
    return Object.fromEntries([...this.processes].map(([name, process]) => [name, process.pid]));
  }

  async start(): Promise<void> {
    const { home, ports, own, progress } = this.options;
    await progress.step('preflight', () =>
      preflight({ home, ports, ownKafka: own.kafka !== undefined, ownDatabase: own.databaseUrl !== undefined }),
    );
    await mkdir(home.artifacts, { recursive: true, mode: 0o700 });
    this.secretsLoaded = await loadSecrets(home);
    await writePrivate(home.bootstrapKeys, bootstrapKeys(this.secrets));
    // Two independent beginnings: the broker's takes seconds in which the database is ready long ago.
    const kafkaStep = this.startKafka();
    kafkaStep.catch(() => undefined);
    const databases = await this.startDatabase();
    const kafka = await kafkaStep;
    const facts: StackFacts = {
      home,
      ports,
      kafka,
      databaseUrls: Object.fromEntries(Object.entries(databases).map(([name, { url }]) => [name, url])),
      serviceKeys: this.secrets.serviceKeys,
      topicPrefix: own.topicPrefix,
    };
    await progress.step('services', async (note) => {
      for (const row of serviceOrder) {
        note(row.join(', '));
        await Promise.all(row.map((name) => this.startService(name, facts)));
      }
      return { detail: serviceOrder.flat().join(' ') };
    });
    if (!this.options.skipCheck) {
      const { console, serving } = serviceUrls(ports);
      await progress.step('loop check', () => selfCheck({ console, serving, key: this.secrets.checkKey }));
    }
    await this.save({ status: 'running', kafka: { brokers: kafka.brokers, ...open(kafka) } });
  }

  /** Stops what runs, in reverse order, within ten seconds; the second call waits for the first. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  /** Ends everything at once, for an operator who does not want to wait. */
  kill(): void {
    for (const process of this.processes.values()) process.child.kill('SIGKILL');
  }

  private async stopAll(): Promise<void> {
    await this.save({ status: 'stopping' }).catch(() => undefined);
    const started = performance.now();
    for (const [index, row] of stopRows.entries()) {
      const grace = graceFor(stopRows, index, performance.now() - started);
      await Promise.all([...this.processes.values()].filter(({ name }) => row.names.includes(name)).map((process) => process.stop(grace)));
    }
    // What was still starting is in nobody's care yet.
    await Promise.all([...this.spawned].filter((child) => child.running).map((child) => child.stop(1000)));
    this.closed = true;
    await this.saving;
  }

  private readonly remember = (child: Child): void => {
    this.spawned.add(child);
    void child.exited.then(() => this.spawned.delete(child));
  };

  private async startDatabase(): Promise<Awaited<ReturnType<typeof prepareDatabase>>> {
    const { home, ports, own, progress } = this.options;
    return progress
      .step('postgres 18', async (note) => {
        const hooks = { note, onSpawn: this.remember };
        const start = (): Promise<RunningPostgres> => startEmbeddedPostgres(home, ports, this.secrets, hooks);
        let adminUrl = own.databaseUrl;
        if (adminUrl === undefined) {
          const postgres = await start();
          adminUrl = postgres.adminUrl;
          await this.supervise('postgres', postgres.child, async () => (await start()).child);
        }
        note('roles and schemas');
        const databases = await prepareDatabase(adminUrl, this.secrets);
        note('migrations');
        await migrate(migrationUrls(databases));
        const where = own.databaseUrl === undefined ? `:${ports.postgres}` : new URL(own.databaseUrl).host;
        return { detail: `${where}  ${databaseServices.length} schemas current`, databases };
      })
      .then(({ databases }) => databases);
  }

  private async startKafka(): Promise<StackFacts['kafka']> {
    const { home, ports, own, progress } = this.options;
    const { facts } = await progress.step('kafka 4 KRaft', async (note) => {
      let admin: AdminConnection | undefined = own.kafka;
      let known: StackFacts['kafka'];
      if (admin === undefined) {
        const hooks = { note, onSpawn: this.remember };
        const start = (): Promise<RunningKafka> => startEmbeddedKafka(home, ports, this.secrets, hooks);
        const kafka = await start();
        await this.supervise('kafka', kafka.child, async () => (await start()).child);
        admin = { brokers: [kafka.brokers], ...kafka.admin };
        known = embeddedKafkaFacts(kafka);
      } else {
        known = ownKafkaFacts(admin);
      }
      const created = await prepareTopics(admin, own);
      const topics = created.length === 0 ? 'topics as declared' : `${created.length} topics created`;
      return { detail: `${own.kafka === undefined ? `:${ports.kafka}` : known.brokers}  ${topics}`, facts: known };
    });
    return facts;
  }

  private async startService(name: ServiceProcess, facts: StackFacts): Promise<void> {
    const child = await spawnService(name, facts);
    this.remember(child);
    const start = async (): Promise<Child> => {
      const again = await spawnService(name, facts);
      this.remember(again);
      await waitReady(again, serviceUrls(facts.ports)[name]);
      return again;
    };
    await this.supervise(name, child, start, () => waitReady(child, serviceUrls(facts.ports)[name]));
  }

  /** Takes a process into care before it is ready, so that a stop on the way reaches it too. */
  private async supervise(name: string, child: Child, start: () => Promise<Child>, ready?: () => Promise<void>): Promise<void> {
    const supervised = new Supervised(name, child, start, this.events());
    this.processes.set(name, supervised);
    if (this.stopped !== undefined) {
      await supervised.stop(1000);
      throw new Error('stopped while starting');
    }
    await this.save({});
    await ready?.();
    supervised.watch();
  }

  private events(): SupervisedEvents {
    const { progress } = this.options;
    return {
      ended: (name, exit, restart, delay) =>
        progress.warning(
          unhealthy[name] ?? 'DBR-SERVICE-UNHEALTHY',
          `${name} ended (${exit.signal ?? `code ${exit.code}`}); restart ${restart} in ${(delay / 1000).toFixed(1)} s`,
        ),
      restarted: (name, pid) => {
        progress.note(`${name} is back (pid ${pid})`);
        void this.save({});
      },
      restartFailed: (name, error) =>
        progress.warning(unhealthy[name] ?? 'DBR-SERVICE-UNHEALTHY', `${name} did not come back: ${messageOf(error)}`),
    };
  }

  private save(change: Partial<StackState>): Promise<void> {
    this.saving = this.saving
      .catch(() => undefined)
      .then(() => {
        // The state file is about to go, and must not come back.
        if (this.closed) return undefined;
        const processes = [...this.processes.values()].map((process) => markOf(process.name, process.pid));
        this.state = { ...this.state, ...change, processes };
        return writeState(this.options.home, this.state);
      });
    return this.saving;
  }
}

const unhealthy: Readonly<Record<string, LocalErrorCode>> = { kafka: 'DBR-KAFKA-UNHEALTHY', postgres: 'DBR-DB-UNHEALTHY' };

function open(kafka: StackFacts['kafka']): { openBrokers?: string } {
  return kafka.openBrokers === undefined ? {} : { openBrokers: kafka.openBrokers };
}
