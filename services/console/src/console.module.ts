import { Platform, PlatformModule } from '@drawbridge/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { PayloadRelay } from './commands/payload-relay.js';
import { TakePayloads } from './commands/take-payloads.js';
import type { ConsoleConfig } from './config.js';
import { TraceBuffer } from './domain/trace-buffer.js';
import { LiveHub } from './domain/live-hub.js';
import { EventsController } from './http/events.controller.js';
import { OverviewController } from './http/overview.controller.js';
import { PlatformController } from './http/platform.controller.js';
import { ProjectsController } from './http/projects.controller.js';
import { TracesController } from './http/traces.controller.js';
import { DocumentStore } from './persistence/document.store.js';
import { EventStore } from './persistence/event.store.js';
import { PayloadStore } from './persistence/payload.store.js';

/** Composition root. */
@Module({})
export class ConsoleModule {
  static for(config: ConsoleConfig): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [PlatformModule.forService({ config })],
      controllers: [OverviewController, EventsController, TracesController, PlatformController, ProjectsController],
      providers: [
        EventStore,
        DocumentStore,
        LiveHub,
        { provide: TraceBuffer, useFactory: () => new TraceBuffer(config.maxSpans) },
        PayloadStore,
        {
          provide: PayloadRelay,
          inject: [Platform, PayloadStore],
          useFactory: (platform: Platform, store: PayloadStore) =>
            new PayloadRelay(platform, store, config.payloadHorizonMs, config.payloadsWaiting),
        },
        {
          provide: TakePayloads,
          inject: [Platform, PayloadStore, PayloadRelay],
          useFactory: (platform: Platform, store: PayloadStore, relay: PayloadRelay) =>
            new TakePayloads(platform, store, relay, config.payloadsWaiting),
        },
      ],
    };
  }
}
