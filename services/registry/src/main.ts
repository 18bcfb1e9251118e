import 'reflect-metadata';
import { type LifecycleStep, runService } from '@drawbridge/service';
import type { ArtifactStore } from './artifacts/artifact-store.js';
import { registryConfig } from './config.js';
import { acceptLargeBodies } from './http/raw-bodies.js';
import { RegistryModule } from './registry.module.js';
import { ARTIFACT_STORE } from './tokens.js';

const config = registryConfig();

await runService({
  config,
  module: RegistryModule.for(config),
  group: 'registry',
  lifecycle: (app): LifecycleStep[] => [
    { name: 'artifact store', start: () => app.get<ArtifactStore>(ARTIFACT_STORE).open(), stop: async () => undefined },
  ],
  fastify: async (_scope, app) => acceptLargeBodies(app.getHttpAdapter().getInstance(), config.baselineLimitBytes),
});
