import { PlatformModule, type ServiceConfig } from '@drawbridge/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { ApprovalsHandler } from './handlers/approvals.handler.js';
import { DriftDetectedHandler } from './handlers/drift-detected.handler.js';
import { ModelRegisteredHandler } from './handlers/model-registered.handler.js';
import { PolicyEvaluatedHandler } from './handlers/policy-evaluated.handler.js';
import { WindowClosedHandler } from './handlers/window-closed.handler.js';
import { DeploymentsController } from './http/deployments.controller.js';
import { EndpointsController } from './http/endpoints.controller.js';
import { DeploymentStore } from './persistence/deployment.store.js';
import { entities } from './persistence/entities.js';
import { EvidenceStore } from './persistence/evidence.store.js';
import { AnalysisSaga } from './sagas/analysis.saga.js';
import { Announcement } from './sagas/announcement.js';
import { OperatorSaga } from './sagas/operator.saga.js';
import { ReadinessWatch } from './sagas/readiness-watch.js';
import { RetrainingSaga } from './sagas/retraining.saga.js';
import { RollbackSaga } from './sagas/rollback.saga.js';
import { RolloutSaga } from './sagas/rollout.saga.js';
import { StepTimer } from './sagas/step-timer.js';

/** Composition root. */
@Module({})
export class DeploymentModule {
  static for(config: ServiceConfig): DynamicModule {
    return {
      module: DeploymentModule,
      imports: [PlatformModule.forService({ config, entities, database: true })],
      controllers: [
        EndpointsController,
        DeploymentsController,
        ModelRegisteredHandler,
        ApprovalsHandler,
        PolicyEvaluatedHandler,
        WindowClosedHandler,
        DriftDetectedHandler,
      ],
      providers: [
        DeploymentStore,
        EvidenceStore,
        Announcement,
        RolloutSaga,
        RollbackSaga,
        RetrainingSaga,
        AnalysisSaga,
        OperatorSaga,
        ReadinessWatch,
        StepTimer,
      ],
    };
  }
}
