import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { Inbox, Outbox, Relay } from '@drawbridge/outbox';
import { DataSource } from 'typeorm';
import { AccessDirectory } from './auth/access-directory.js';
import { DeadLetterDesk } from './events/dead-letter.desk.js';
import { DeadLettersController } from './events/dead-letters.controller.js';
import { OutboxEventsController } from './events/outbox-events.controller.js';
import { HealthController } from './health/health.controller.js';
import { ContractsController } from './http/contracts.controller.js';
import { RoutesController } from './http/routes.controller.js';
import { PeerClient } from './peer-client.js';
import { DeadLetterStore } from './persistence/dead-letter.store.js';
import { OutboxEventStore } from './persistence/outbox-events.store.js';
import { type DatabaseParts, Platform, type PlatformOptions } from './platform.js';
import { CONFIG, EVENT_LOG, LOGGER, PLATFORM } from './tokens.js';

/**
 * What every service has, once per process and visible everywhere: configuration, log, event log, keys, peers, health,
 * metrics, contract documents, and with a database the data source, outbox, inbox, relay and dead letters.
 */
@Module({})
export class PlatformModule {
  static forService(options: PlatformOptions): DynamicModule {
    const platform = new Platform(options);
    const { database } = platform;
    const providers: Provider[] = [
      { provide: PLATFORM, useValue: platform },
      { provide: Platform, useValue: platform },
      { provide: CONFIG, useValue: platform.config },
      { provide: LOGGER, useValue: platform.log },
      { provide: EVENT_LOG, useValue: platform.eventLog },
      { provide: AccessDirectory, useValue: platform.access },
      { provide: PeerClient, useValue: platform.peers },
      ...(database === undefined ? [] : databaseProviders(platform, database)),
    ];
    const controllers: Type[] = [HealthController, ContractsController, RoutesController];
    if (database !== undefined) controllers.push(DeadLettersController, OutboxEventsController);
    return { module: PlatformModule, global: true, providers, controllers, exports: providers };
  }
}

function databaseProviders(platform: Platform, { source, outbox, inbox, relay }: DatabaseParts): Provider[] {
  const store = new DeadLetterStore(source);
  return [
    { provide: DataSource, useValue: source },
    { provide: Outbox, useValue: outbox },
    { provide: Inbox, useValue: inbox },
    { provide: Relay, useValue: relay },
    { provide: DeadLetterStore, useValue: store },
    { provide: OutboxEventStore, useValue: new OutboxEventStore(source) },
    { provide: DeadLetterDesk, useValue: new DeadLetterDesk(source, store, outbox, platform.replays, () => platform.wake()) },
  ];
}
