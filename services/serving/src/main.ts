import 'reflect-metadata';
import { LOGGER, runService } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { servingConfig } from './config.js';
import { openInference } from './http/open-inference.js';
import { openInferencePaths } from './http/open-inference.document.js';
import { ServingModule } from './serving.module.js';
import { ServingParts } from './serving.parts.js';

const config = servingConfig();

await runService({
  config,
  module: ServingModule.for(config),
  lifecycle: (app) => app.get(ServingParts).steps(),
  fastify: (scope, app) => {
    const parts = app.get(ServingParts);
    const { inference, table, pool } = parts;
    return openInference(scope, { inference, table, pool, isReady: () => parts.ready, log: app.get<Logger>(LOGGER) });
  },
  rawPaths: openInferencePaths,
});
