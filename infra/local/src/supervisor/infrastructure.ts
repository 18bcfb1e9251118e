import { join } from 'node:path';
import { pingBroker, type AdminConnection } from '@drawbridge/kafka';
import { bootstrapDatabase, type ServiceDatabase } from '../bootstrap/database.js';
import { bootstrapTopics, servicePrincipals } from '../bootstrap/topics.js';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { resolveKafkaJars } from '../kafka/jars.js';
import type { Child } from '../process/child.js';
import { startKafka, type RunningKafka } from '../kafka/start-kafka.js';
import { startPostgres, type RunningPostgres } from '../postgres/start-postgres.js';
import type { TopicProfile } from '@drawbridge/contracts';
import { databaseServices, type Home, type Ports } from './layout.js';
import type { Secrets } from './secrets.js';
import type { StackFacts } from './service-env.js';

type Kafka = StackFacts['kafka'];

/** The broker and database the user runs themselves; absent parts are embedded. */
export interface OwnParts {
  readonly databaseUrl?: string;
  readonly kafka?: AdminConnection;
  readonly topicPrefix: string;
  readonly topicProfile: TopicProfile;
}

export function ownParts(env: NodeJS.ProcessEnv = process.env): OwnParts {
  const databaseUrl = env['DRAWBRIDGE_DATABASE_URL'];
  const brokers = env['DRAWBRIDGE_KAFKA_BROKERS'];
  const profile = env['DRAWBRIDGE_TOPIC_PROFILE'] ?? 'embedded';
  if (profile !== 'embedded' && profile !== 'standard') {
    throw new LocalError('DBR-USAGE', `DRAWBRIDGE_TOPIC_PROFILE is ${profile}; it may be embedded or standard`);
  }
  return {
    topicPrefix: env['DRAWBRIDGE_TOPIC_PREFIX'] ?? '',
    topicProfile: profile,
    ...(databaseUrl === undefined || databaseUrl === '' ? {} : { databaseUrl }),
    ...(brokers === undefined || brokers === ''
      ? {}
      : {
          kafka: {
            brokers: brokers.split(',').map((broker) => broker.trim()),
            username: env['DRAWBRIDGE_KAFKA_USERNAME'],
            password: env['DRAWBRIDGE_KAFKA_PASSWORD'],
            tls: env['DRAWBRIDGE_KAFKA_TLS'] === 'true',
          },
        }),
  };
}

/** What a starting part is told. */
export interface StartHooks {
  readonly note: (text: string) => void;
  readonly onSpawn: (child: Child) => void;
}

export function startEmbeddedPostgres(home: Home, ports: Ports, secrets: Secrets, hooks: StartHooks): Promise<RunningPostgres> {
  return startPostgres({
    dataDir: home.postgres,
    port: ports.postgres,
    password: secrets.postgresPassword,
    logFile: join(home.logs, 'postgres.log'),
    onSpawn: hooks.onSpawn,
  });
}

/** Roles, schemas and privileges; the same for the embedded database and for the user's own. */
export function prepareDatabase(adminUrl: string, secrets: Secrets): Promise<Record<string, ServiceDatabase>> {
  return bootstrapDatabase({ adminUrl, services: databaseServices, passwords: secrets.databasePasswords });
}

/** Migration URL by service. */
export function migrationUrls(databases: Readonly<Record<string, ServiceDatabase>>): Record<string, string> {
  return Object.fromEntries(Object.entries(databases).map(([name, { migrationUrl }]) => [name, migrationUrl]));
}

export async function startEmbeddedKafka(home: Home, ports: Ports, secrets: Secrets, hooks: StartHooks): Promise<RunningKafka> {
  const { note } = hooks;
  let told = 0;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const jars = await resolveKafkaJars({
    onDownload: (folder, bytes) => note(`downloading Apache Kafka, ${megabytes(bytes)}, once, to ${folder}`),
    onProgress: ({ bytes, totalBytes }) => {
      // A tenth at a time: where no terminal rewrites the line, each note is a line of its own.
      const tenth = Math.floor((10 * bytes) / totalBytes);
      if (tenth > told) note(`downloading Apache Kafka: ${megabytes(bytes)} of ${megabytes(totalBytes)}`);
      told = Math.max(told, tenth);
    },
  });
  return startKafka({
    dataDir: home.kafka,
    ports: { sasl: ports.kafka, open: ports.kafkaIngest, controller: ports.kafkaController },
    jars,
    admin: { username: 'admin', password: secrets.kafkaAdminPassword },
    users: Object.entries(secrets.kafkaPasswords).map(([username, password]) => ({ username, password })),
    logFile: join(home.logs, 'kafka.log'),
    // A demonstration is over before the second compiler has paid for its work.
    fast: true,
    onSpawn: hooks.onSpawn,
  });
}

export function embeddedKafkaFacts(kafka: RunningKafka): Kafka {
  return {
    brokers: kafka.brokers,
    openBrokers: kafka.openBrokers,
    tls: false,
    credentials: Object.fromEntries(kafka.users.map((user) => [user.username, user])),
  };
}

/** On the user's own broker every service carries the credential that was given. */
export function ownKafkaFacts(own: AdminConnection): Kafka {
  const { username, password } = own;
  return {
    brokers: own.brokers.join(','),
    tls: own.tls ?? false,
    credentials:
      username === undefined || password === undefined
        ? {}
        : Object.fromEntries(servicePrincipals.map((name) => [name, { username, password }])),
  };
}

/** Topics as the contract declares them. Access rules are ours only on the embedded broker. */
export async function prepareTopics(admin: AdminConnection, own: OwnParts): Promise<string[]> {
  const foreign = own.kafka !== undefined;
  if (foreign) {
    await pingBroker(admin).catch((cause: unknown) => {
      throw new LocalError('DBR-KAFKA-UNHEALTHY', `your broker ${admin.brokers.join(',')}: ${messageOf(cause)}`, [], { cause });
    });
  }
  return bootstrapTopics({
    admin,
    profile: own.topicProfile,
    prefix: own.topicPrefix,
    acls: !foreign,
    replication: Math.min(3, foreign ? admin.brokers.length : 1),
  });
}
