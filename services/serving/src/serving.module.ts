import { type DynamicModule, Module } from '@nestjs/common';
import type { EventLog } from '@drawbridge/kafka';
import { EVENT_LOG, LOGGER, PeerClient, Platform, PlatformModule, type PlatformOptions } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import type { ServingConfig } from './config.js';
import { ServingParts } from './serving.parts.js';

/** The composition root. Health, metrics and keys are Nest's; the infer path never touches it. */
@Module({})
export class ServingModule {
  static for(config: ServingConfig, platform: Omit<PlatformOptions, 'config'> = {}): DynamicModule {
    return {
      module: ServingModule,
      imports: [PlatformModule.forService({ ...platform, config, database: false })],
      providers: [
        {
          provide: ServingParts,
          inject: [EVENT_LOG, PeerClient, LOGGER, Platform],
          useFactory: (eventLog: EventLog, peers: PeerClient, log: Logger, own: Platform): ServingParts => {
            const parts = new ServingParts(config, eventLog, peers, log);
            own.addCheck(parts.check);
            return parts;
          },
        },
      ],
    };
  }
}
