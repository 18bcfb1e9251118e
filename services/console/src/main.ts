import 'reflect-metadata';
import { DataSource } from '@drawbridge/postgres';
import { AccessDirectory, Platform, runService } from '@drawbridge/service';
import { PayloadRelay } from './commands/payload-relay.js';
import { TakePayloads } from './commands/take-payloads.js';
import { consoleConfig } from './config.js';
import { ConsoleModule } from './console.module.js';
import { TraceBuffer } from './domain/trace-buffer.js';
import { LiveHub } from './domain/live-hub.js';
import { ControlFeed } from './handlers/control-feed.js';
import { Retention } from './handlers/retention.js';
import { Admission } from './domain/ingest/admission.js';
import { gatewayRoutes } from './http/gateway.routes.js';
import { ingestRoutes } from './http/ingest.routes.js';
import { liveRoutes } from './http/live.routes.js';
import { otlpRoutes } from './http/otlp.routes.js';
import { rawPaths } from './http/raw-routes.document.js';
import { bySession } from './http/session.js';
import { sessionRoutes } from './http/session.routes.js';
import { staticRoutes } from './http/static.routes.js';
import { DocumentStore } from './persistence/document.store.js';
import { EventStore } from './persistence/event.store.js';

const config = consoleConfig();

await runService({
  config,
  module: ConsoleModule.for(config),
  authenticate: (app) => bySession(app.get(AccessDirectory)),
  lifecycle: (app) => [
    new ControlFeed(app.get(Platform), app.get(EventStore), app.get(DocumentStore), app.get(LiveHub)),
    new Retention(app.get(Platform), app.get(EventStore), config.eventsDays),
    app.get(PayloadRelay),
  ],
  fastify: async (instance, app) => {
    sessionRoutes(instance, config);
    otlpRoutes(instance, app.get(TraceBuffer));
    liveRoutes(instance, {
      source: app.get(DataSource),
      events: app.get(EventStore),
      hub: app.get(LiveHub),
      access: app.get(AccessDirectory),
    });
    await ingestRoutes(instance, {
      platform: app.get(Platform),
      payloads: app.get(TakePayloads),
      admission: new Admission(config.ingestInFlightBytes),
    });
    await gatewayRoutes(instance, config);
    await staticRoutes(instance, config.webFolder);
  },
  rawPaths,
});
