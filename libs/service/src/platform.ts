import type { ServiceName } from '@drawbridge/contracts';
import { type EventLog, KafkajsLog } from '@drawbridge/kafka';
import { Inbox, Outbox, Relay } from '@drawbridge/outbox';
import { createDataSource } from '@drawbridge/postgres';
import { createLogger, type Logger } from '@drawbridge/telemetry';
import type { DataSource } from 'typeorm';
import { AccessDirectory } from './auth/access-directory.js';
import type { ServiceConfig } from './config.js';
import type { EventTransport } from './events/event-transport.js';
import { accessCheck, consumerCheck, databaseCheck, kafkaCheck, relayCheck } from './health/platform-checks.js';
import { LagGauges } from './health/lag-gauges.js';
import type { ReadinessCheck } from './health/readiness.js';
import { RouteRegistry } from './http/route-registry.js';
import { Replays } from './events/replays.js';
import { PeerClient } from './peer-client.js';
import { IdempotencyStore } from './persistence/idempotency.store.js';

export interface PlatformOptions {
  readonly config: ServiceConfig;
  readonly entities?: readonly Function[];
  /** Default: whether the configuration has a database. */
  readonly database?: boolean;
  readonly readiness?: readonly ReadinessCheck[];
  /** In place of the real ones, for tests. */
  readonly eventLog?: EventLog;
  readonly log?: Logger;
}

/** What exists only in a service with a database. */
export interface DatabaseParts {
  readonly source: DataSource;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly relay: Relay;
  readonly idempotency: IdempotencyStore;
}

/** All platform parts of one process. Building it opens no connection; `runService` starts the parts in order. */
export class Platform {
  readonly config: ServiceConfig;
  readonly log: Logger;
  readonly eventLog: EventLog;
  readonly access: AccessDirectory;
  readonly peers: PeerClient;
  readonly routes = new RouteRegistry();
  readonly replays = new Replays();
  readonly database: DatabaseParts | undefined;
  readonly gauges: LagGauges;
  transport: EventTransport | undefined;
  private readonly ownChecks: readonly ReadinessCheck[];
  private readonly addedChecks: ReadinessCheck[] = [];
  private document: object = {};

  constructor(options: PlatformOptions) {
    const { config } = options;
    this.config = config;
    this.log = options.log ?? createLogger(config.service);
    this.eventLog = options.eventLog ?? new KafkajsLog(config.kafka, this.log);
    this.access = new AccessDirectory(this.eventLog, this.log);
    this.peers = new PeerClient(config, this.log);
    this.database = databaseParts(options, this.log, this.eventLog);
    this.gauges = new LagGauges(config.service, this.eventLog, this.log);
    this.ownChecks = options.readiness ?? [];
  }

  /** Lets a part that is built by injection say whether it is ready. */
  addCheck(check: ReadinessCheck): void {
    this.addedChecks.push(check);
  }

  checks(): readonly ReadinessCheck[] {
    const { database, transport } = this;
    return [
      ...(database === undefined ? [] : [databaseCheck(database.source), relayCheck(database.relay)]),
      kafkaCheck(this.eventLog),
      accessCheck(this.access),
      ...(transport === undefined || transport.topics.length === 0 ? [] : [consumerCheck('consumer', () => transport.health())]),
      ...this.ownChecks,
      ...this.addedChecks,
    ];
  }

  /** Publishes what was just committed without waiting for the relay's next look. */
  wake(): void {
    this.database?.relay.wake();
  }

  setOpenApi(document: object): void {
    this.document = document;
  }

  openApi(): object {
    return this.document;
  }
}

const schemaOf = (service: ServiceName): string => service;

function databaseParts(options: PlatformOptions, log: Logger, eventLog: EventLog): DatabaseParts | undefined {
  const { config, entities = [] } = options;
  if (options.database === false || config.databaseUrl === undefined) return undefined;
  const { service, installation, databaseUrl } = config;
  const schema = schemaOf(service);
  const source = createDataSource({ url: databaseUrl, schema, entities, logName: service, log });
  const outbox = new Outbox({ service, installation });
  return {
    source,
    outbox,
    inbox: new Inbox(),
    relay: new Relay(source, eventLog, { service, schema, url: databaseUrl, log, outbox }),
    idempotency: new IdempotencyStore(source),
  };
}
