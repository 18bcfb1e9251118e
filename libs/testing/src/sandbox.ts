import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EventMap, ServiceName, Topic } from '@drawbridge/contracts';
import { deleteTopics, type EventLog, KafkajsLog, type KafkaSettings, type OutgoingMessage } from '@drawbridge/kafka';
import { bootstrapDatabase, bootstrapTopics, freePorts, repositoryRoot, servicePrincipals, topicSpecs } from '@drawbridge/local';
import { createLogger } from '@drawbridge/telemetry';
import { type Cluster, type ClusterFacts, sharedCluster } from './cluster.js';
import { collect, type SeenEvent } from './collector.js';
import { anEvent, type EventData, type PublishOptions } from './envelope.js';
import { http, type HttpClient } from './http-client.js';
import { type KeyName, keyNames, makeKeys, makeServiceKey, type TestKey } from './keys.js';
import { eventually } from './wait.js';
import { dropDatabase, onServer } from './sandbox-database.js';
import { type RunningChild, startChild } from './service-child.js';

const run = promisify(execFile);

/** A database and a topic prefix of one's own on a cluster, and the services a test starts in them. */
export interface Sandbox {
  readonly prefix: string;
  readonly facts: ClusterFacts;
  /** URL of a service's runtime role. */
  databaseUrl(service: ServiceName): string;
  /** URL of the role that owns the service's schema. */
  migrationUrl(service: ServiceName): string;
  /** One query as the service's runtime role. */
  query<R extends object = Record<string, unknown>>(service: ServiceName, sql: string, parameters?: unknown[]): Promise<R[]>;
  /** Kafka as the administrator, under the sandbox's prefix. */
  readonly kafka: KafkaSettings;
  /** Kafka with a service's own credential and rights. */
  kafkaAs(service: ServiceName): KafkaSettings;
  env(service: ServiceName): Record<string, string>;
  /** Address a service has, or will have. */
  url(service: ServiceName): string;
  migrate(...services: ServiceName[]): Promise<void>;
  /** Starts it as a process and waits until it is ready, unless `ready` is false. `main` runs another entry file. */
  startService(service: ServiceName, extraEnv?: Readonly<Record<string, string>>, options?: StartOptions): Promise<RunningChild>;
  readonly keys: Record<KeyName, string>;
  /** Publishes the keys, so that they work without governance. */
  seedAccess(): Promise<void>;
  http(url: string, key?: string): HttpClient;
  eventLog(): EventLog;
  collect<T extends Topic>(
    topic: T | `${string}.dlq`,
    enough: (events: readonly SeenEvent<EventMap[T]>[]) => boolean,
    timeoutMs?: number,
  ): Promise<SeenEvent<EventMap[T]>[]>;
  /** Sends one event as its owner would; returns its id. */
  publish<T extends Topic>(topic: T, data: EventData<T>, options?: PublishOptions): Promise<string>;
  /** Sends bytes that keep no contract. */
  publishRaw(topic: string, key: string | null, value: string | Buffer | null, headers?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops the services, removes topics, database and files. */
  dispose(): Promise<void>;
}

export interface StartOptions {
  readonly ready?: boolean;
  readonly main?: string;
  /** For a second process of the same service: a port and a log file of its own. */
  readonly port?: number;
  readonly log?: string;
}

export interface SandboxOptions {
  /** A cluster from `ownCluster()`; default the one of the run. */
  readonly cluster?: Cluster;
}

/** Makes a sandbox; `name` shows in database and topic names. */
export async function sandbox(name: string, options: SandboxOptions = {}): Promise<Sandbox> {
  const facts = options.cluster?.facts ?? sharedCluster();
  const id = `${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 30)}_${randomBytes(3).toString('hex')}`;
  const prefix = `${id}.`;
  const admin = { brokers: [facts.brokers], ...facts.kafkaAdmin };
  const [databases, ports, folder] = await Promise.all([
    bootstrapDatabase({ adminUrl: facts.adminUrl, services: servicePrincipals, database: id, passwords: facts.rolePasswords }),
    freePorts(servicePrincipals.length),
    mkdtemp(join(tmpdir(), `drawbridge-${id}-`)),
    bootstrapTopics({ admin, prefix }),
  ]);
  return await SandboxOnCluster.open({ id, prefix, facts, databases, ports, folder, shared: options.cluster === undefined });
}

interface Parts {
  readonly id: string;
  readonly prefix: string;
  readonly facts: ClusterFacts;
  readonly databases: Awaited<ReturnType<typeof bootstrapDatabase>>;
  readonly ports: readonly number[];
  readonly folder: string;
  readonly shared: boolean;
}

class SandboxOnCluster implements Sandbox {
  readonly prefix: string;
  readonly facts: ClusterFacts;
  readonly kafka: KafkaSettings;
  readonly keys: Record<KeyName, string>;
  private readonly testKeys: Record<KeyName, TestKey> = makeKeys();
  private readonly serviceKeys = new Map(servicePrincipals.map((service) => [service, makeServiceKey(service)]));
  private readonly children: RunningChild[] = [];
  private log: KafkajsLog | undefined;

  private constructor(private readonly parts: Parts) {
    this.prefix = parts.prefix;
    this.facts = parts.facts;
    const { brokers, kafkaAdmin } = parts.facts;
    this.kafka = { brokers: [brokers], clientId: 'test', ...kafkaAdmin, topicPrefix: parts.prefix };
    this.keys = Object.fromEntries(keyNames.map((name) => [name, this.testKeys[name].key])) as Record<KeyName, string>;
  }

  static async open(parts: Parts): Promise<Sandbox> {
    const box = new SandboxOnCluster(parts);
    await mkdir(join(parts.folder, 'data'), { recursive: true });
    await writeFile(box.keysFile, JSON.stringify(box.accessStates()), { mode: 0o600 });
    return box;
  }

  databaseUrl(service: ServiceName): string {
    return this.database(service).url;
  }

  migrationUrl(service: ServiceName): string {
    return this.database(service).migrationUrl;
  }

  async query<R extends object>(service: ServiceName, sql: string, parameters: unknown[] = []): Promise<R[]> {
    return await onServer(this.databaseUrl(service), async (client) => (await client.query<R>(sql, parameters)).rows);
  }

  kafkaAs(service: ServiceName): KafkaSettings {
    const user = this.facts.kafkaUsers.find((candidate) => candidate.username === service);
    if (user === undefined) throw new Error(`the broker has no user ${service}`);
    return { ...this.kafka, clientId: service, ...user };
  }

  url(service: ServiceName): string {
    return `http://127.0.0.1:${this.port(service)}`;
  }

  env(service: ServiceName): Record<string, string> {
    const { username = '', password = '' } = this.kafkaAs(service);
    const peers = servicePrincipals.map((peer) => [`DRAWBRIDGE_${peer.toUpperCase()}_URL`, this.url(peer)]);
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      NODE_ENV: 'test',
      ...Object.fromEntries(peers),
      DRAWBRIDGE_HOST: '127.0.0.1',
      DRAWBRIDGE_PORT: String(this.port(service)),
      ...(service === 'serving' ? {} : { DRAWBRIDGE_DB_URL: this.databaseUrl(service) }),
      DRAWBRIDGE_KAFKA_BROKERS: this.facts.brokers,
      DRAWBRIDGE_KAFKA_USERNAME: username,
      DRAWBRIDGE_KAFKA_PASSWORD: password,
      DRAWBRIDGE_KAFKA_SESSION_TIMEOUT_MS: '1500',
      DRAWBRIDGE_TOPIC_PREFIX: this.prefix,
      DRAWBRIDGE_INSTALLATION: 'test',
      DRAWBRIDGE_SERVICE_KEY: this.serviceKeys.get(service)?.key ?? '',
      DRAWBRIDGE_DATA_DIR: join(this.parts.folder, 'data'),
      DRAWBRIDGE_LOG_LEVEL: process.env['DRAWBRIDGE_TEST_LOG_LEVEL'] ?? 'info',
      ...(service === 'governance' ? { DRAWBRIDGE_BOOTSTRAP_KEYS_FILE: this.keysFile } : {}),
    };
  }

  async migrate(...services: ServiceName[]): Promise<void> {
    await Promise.all(
      services.map(async (service) => {
        const folder = join(repositoryRoot, 'services', service);
        await run(process.execPath, [join(folder, 'dist', 'src', 'migrate.js')], {
          cwd: folder,
          env: { PATH: process.env['PATH'] ?? '', DRAWBRIDGE_MIGRATION_URL: this.migrationUrl(service) },
        });
      }),
    );
  }

  async startService(
    service: ServiceName,
    extraEnv: Readonly<Record<string, string>> = {},
    options: StartOptions = {},
  ): Promise<RunningChild> {
    const child = await startChild({
      service,
      port: options.port ?? this.port(service),
      env: { ...this.env(service), ...extraEnv },
      logFile: options.log ?? join(this.parts.folder, `${service}.log`),
      waitUntilReady: options.ready ?? true,
      ...(options.main === undefined ? {} : { main: options.main }),
    });
    this.children.push(child);
    return child;
  }

  async seedAccess(): Promise<void> {
    const messages = this.accessStates().map((state) =>
      anEvent('access.state', state, { key: state.keyId, sequence: 1, source: `/drawbridge/test/governance/keys/${state.keyId}` }),
    );
    await this.send(messages);
  }

  http(url: string, key?: string): HttpClient {
    return http(url, key);
  }

  eventLog(): EventLog {
    this.log ??= new KafkajsLog(this.kafka, createLogger('test'));
    return this.log;
  }

  collect<T extends Topic>(
    topic: T | `${string}.dlq`,
    enough: (events: readonly SeenEvent<EventMap[T]>[]) => boolean,
    timeoutMs = 20_000,
  ): Promise<SeenEvent<EventMap[T]>[]> {
    return collect(this.eventLog(), topic, enough, timeoutMs);
  }

  async publish<T extends Topic>(topic: T, data: EventData<T>, options: PublishOptions = {}): Promise<string> {
    const message = anEvent(topic, data, options);
    await this.send([message]);
    return message.id;
  }

  async publishRaw(
    topic: string,
    key: string | null,
    value: string | Buffer | null,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.send([{ topic, key, value, headers }]);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.children.filter((child) => child.running).map((child) => child.stop()));
    await this.log?.close();
    // A cluster of the test's own, perhaps dead by now, takes its topics along.
    if (this.parts.shared) await this.removeFromCluster();
    await rm(this.parts.folder, { recursive: true, force: true });
  }

  /** A topic made a moment ago may still be without a leader. */
  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    await eventually('sending', async () => {
      await this.eventLog().produce(messages);
      return true;
    });
  }

  private async removeFromCluster(): Promise<void> {
    const admin = { brokers: [this.facts.brokers], ...this.facts.kafkaAdmin };
    const topics = topicSpecs('embedded', this.prefix).map((topic) => topic.name);
    await Promise.allSettled([deleteTopics(admin, topics), dropDatabase(this.facts.adminUrl, this.parts.id)]);
  }

  private get keysFile(): string {
    return join(this.parts.folder, 'keys.json');
  }

  private accessStates(): TestKey['state'][] {
    return [...Object.values(this.testKeys), ...this.serviceKeys.values()].map((key) => key.state);
  }

  private database(service: ServiceName): { url: string; migrationUrl: string } {
    const found = this.parts.databases[service];
    if (found === undefined) throw new Error(`no database for ${service}`);
    return found;
  }

  private port(service: ServiceName): number {
    const port = this.parts.ports[servicePrincipals.indexOf(service)];
    if (port === undefined) throw new Error(`no port for ${service}`);
    return port;
  }
}
