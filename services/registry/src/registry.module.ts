import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule, type PlatformOptions } from '@drawbridge/service';
import { FileArtifactStore } from './artifacts/file-artifact-store.js';
import { ChangeAlias } from './commands/change-alias.js';
import { ChangeModel } from './commands/change-model.js';
import { CreateModel } from './commands/create-model.js';
import { ModelEvents } from './commands/model-events.js';
import { RegisterVersion } from './commands/register-version.js';
import { StoredArtifacts } from './commands/stored-artifacts.js';
import type { RegistryConfig } from './config.js';
import { DeploymentAbortedHandler } from './handlers/deployment-aborted.handler.js';
import { DeploymentFailedHandler } from './handlers/deployment-failed.handler.js';
import { DeploymentPromotedHandler } from './handlers/deployment-promoted.handler.js';
import { DeploymentRolledbackHandler } from './handlers/deployment-rolledback.handler.js';
import { DeploymentStartedHandler } from './handlers/deployment-started.handler.js';
import { DeploymentRecorder } from './handlers/deployment.recorder.js';
import { ArtifactsController } from './http/artifacts.controller.js';
import { BaselinesController } from './http/baselines.controller.js';
import { ModelsController } from './http/models.controller.js';
import { VersionsController } from './http/versions.controller.js';
import { ContentStore } from './persistence/content.store.js';
import { DeploymentStore } from './persistence/deployment.store.js';
import { ModelStore } from './persistence/model.store.js';
import { UnitOfWork } from './persistence/unit-of-work.js';
import { VersionStore } from './persistence/version.store.js';
import { ARTIFACT_STORE, REGISTRY_CONFIG } from './tokens.js';

/** The composition root. */
@Module({})
export class RegistryModule {
  static for(config: RegistryConfig, platform: Omit<PlatformOptions, 'config'> = {}): DynamicModule {
    return {
      module: RegistryModule,
      imports: [PlatformModule.forService({ ...platform, config })],
      controllers: [
        ModelsController,
        VersionsController,
        ArtifactsController,
        BaselinesController,
        DeploymentStartedHandler,
        DeploymentPromotedHandler,
        DeploymentAbortedHandler,
        DeploymentFailedHandler,
        DeploymentRolledbackHandler,
      ],
      providers: [
        { provide: REGISTRY_CONFIG, useValue: config },
        { provide: ARTIFACT_STORE, useValue: new FileArtifactStore(join(config.dataDir, 'artifacts')) },
        UnitOfWork,
        ModelStore,
        VersionStore,
        ContentStore,
        DeploymentStore,
        ModelEvents,
        CreateModel,
        ChangeModel,
        ChangeAlias,
        RegisterVersion,
        StoredArtifacts,
        DeploymentRecorder,
      ],
    };
  }
}
