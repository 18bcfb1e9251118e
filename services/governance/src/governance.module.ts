import { PlatformModule } from '@drawbridge/service';
import { type DynamicModule, Module } from '@nestjs/common';
import type { GovernanceConfig } from './config.js';
import { DeploymentEndedHandler } from './handlers/deployment-ended.handler.js';
import { DeploymentRequestedHandler } from './handlers/deployment-requested.handler.js';
import { DeploymentRolledbackHandler } from './handlers/deployment-rolledback.handler.js';
import { DriftDetectedHandler } from './handlers/drift-detected.handler.js';
import { DriftResolvedHandler } from './handlers/drift-resolved.handler.js';
import { ModelCreatedHandler } from './handlers/model-created.handler.js';
import { ModelRegisteredHandler } from './handlers/model-registered.handler.js';
import { RetrainingRequestedHandler } from './handlers/retraining-requested.handler.js';
import { ApprovalsController } from './http/approvals.controller.js';
import { AuditController } from './http/audit.controller.js';
import { DecisionsController } from './http/decisions.controller.js';
import { IncidentsController } from './http/incidents.controller.js';
import { KeysController } from './http/keys.controller.js';
import { PersonsController } from './http/persons.controller.js';
import { PoliciesController } from './http/policies.controller.js';
import { SESSION_LIMITS, SessionsController } from './http/sessions.controller.js';
import { AccessStore } from './persistence/access.store.js';
import { ApprovalStore } from './persistence/approval.store.js';
import { AuditStore } from './persistence/audit.store.js';
import { Database } from './persistence/database.js';
import { DecisionStore } from './persistence/decision.store.js';
import { IncidentStore } from './persistence/incident.store.js';
import { PolicyStore } from './persistence/policy.store.js';
import { ReevaluationStore } from './persistence/reevaluation.store.js';
import { StandingStore } from './persistence/standing.store.js';
import { VersionStore } from './persistence/version.store.js';
import { Announcer } from './sagas/announcer.js';
import { ApprovalSaga } from './sagas/approval.saga.js';
import { AuditLog } from './sagas/audit-log.js';
import { Gatekeeper } from './sagas/gatekeeper.js';
import { IncidentSaga } from './sagas/incident.saga.js';
import { Keyring } from './sagas/keyring.js';
import { PolicySaga } from './sagas/policy.saga.js';

const stores = [
  Database,
  AccessStore,
  ApprovalStore,
  AuditStore,
  DecisionStore,
  IncidentStore,
  PolicyStore,
  ReevaluationStore,
  StandingStore,
  VersionStore,
];
const sagas = [Announcer, Keyring, ApprovalSaga, Gatekeeper, PolicySaga, IncidentSaga, AuditLog];

/** Composition root. */
@Module({})
export class GovernanceModule {
  static for(config: GovernanceConfig): DynamicModule {
    const { sessionSeconds, loginLinkSeconds } = config;
    return {
      module: GovernanceModule,
      imports: [PlatformModule.forService({ config: config.service, database: true })],
      controllers: [
        PersonsController,
        KeysController,
        SessionsController,
        PoliciesController,
        DecisionsController,
        ApprovalsController,
        IncidentsController,
        AuditController,
        ModelCreatedHandler,
        ModelRegisteredHandler,
        DeploymentRequestedHandler,
        DriftDetectedHandler,
        DriftResolvedHandler,
        DeploymentRolledbackHandler,
        DeploymentEndedHandler,
        RetrainingRequestedHandler,
      ],
      providers: [...stores, ...sagas, { provide: SESSION_LIMITS, useValue: { sessionSeconds, loginLinkSeconds } }],
    };
  }
}
