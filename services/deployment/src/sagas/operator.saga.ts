import { Injectable } from '@nestjs/common';
import type { DeploymentVerb, RolloutStrategy } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { v7 as uuid } from 'uuid';
import type { VerbFacts } from '../domain/verbs.js';
import { noEvidence } from '../domain/evidence.js';
import { stableOf } from '../domain/routing.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { DeploymentEntity, type EndpointEntity, type VersionEntity } from '../persistence/entities.js';
import { type Action, Announcement } from './announcement.js';
import { RollbackSaga } from './rollback.saga.js';
import { type Held, RolloutSaga } from './rollout.saga.js';

export interface DeploymentOrder {
  readonly endpoint: EndpointEntity;
  readonly version: VersionEntity;
  readonly strategy: RolloutStrategy;
  readonly hold: boolean;
  readonly reason: string;
}

/** What persons ask for: a deployment, and the verbs on one. Whether a verb may be used is decided before. */
@Injectable()
export class OperatorSaga {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly announcement: Announcement,
    private readonly rollouts: RolloutSaga,
    private readonly rollbacks: RollbackSaga,
  ) {}

  /** Asks the gate. The answer arrives as an event. */
  async request(tx: Transaction, order: DeploymentOrder, action: Action): Promise<DeploymentEntity> {
    const { endpoint, version } = order;
    const deployment = new DeploymentEntity();
    Object.assign(deployment, {
      id: uuid(),
      project: endpoint.project,
      endpointId: endpoint.id,
      endpoint: endpoint.name,
      environment: endpoint.environment,
      modelId: endpoint.modelId,
      model: endpoint.model,
      version: version.version,
      artifactSha256: version.artifact.sha256,
      fromVersion: stableOf(endpoint.targets)?.version ?? null,
      fromDeploymentId: stableOf(endpoint.targets)?.deploymentId ?? null,
      status: 'requested',
      statusReason: 'waiting for the gate',
      hold: order.hold,
      allowed: false,
      startRequested: false,
      strategy: order.strategy,
      step: 0,
      windowsPassed: 0,
      stepEnteredAt: null,
      requestedBy: action.actor,
      reasons: [],
      startedAt: null,
      readyAt: null,
      unreadySince: null,
      createdAt: action.now,
      updatedAt: action.now,
    });
    await this.deployments.save(tx, deployment);
    await this.ask(tx, deployment, `requested${said(order.reason)}`, action);
    return deployment;
  }

  async use(tx: Transaction, verb: DeploymentVerb, held: Held, reason: string, action: Action): Promise<void> {
    const { deployment } = held;
    switch (verb) {
      case 'start':
        return this.start(tx, deployment, reason, action);
      case 'pause':
        return this.rollouts.pause(tx, held, reason, action);
      case 'resume':
        return this.rollouts.resume(tx, held, reason, action);
      case 'promote':
        return this.promote(tx, held, reason, action);
      case 'skip-to-full':
        return this.rollouts.promote(tx, held, reason, action);
      case 'abort':
        return this.rollbacks.abort(tx, held, reason, action);
      case 'rollback':
        return this.rollbacks.rollBack(
          tx,
          held,
          { reason, automatic: false, trigger: { eventId: deployment.id, type: 'operator' }, evidence: noEvidence, arrivedAt: action.now },
          action,
        );
      case 'retry':
        return this.retry(tx, deployment, reason, action);
    }
  }

  /** One step further, whatever the guards say; after the last step, all of the traffic. */
  private async promote(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { deployment } = held;
    if (deployment.step + 1 >= deployment.strategy.steps.length) return this.rollouts.promote(tx, held, reason, action);
    deployment.status = 'progressing';
    deployment.statusReason = null;
    return this.rollouts.advance(tx, held, deployment.step + 1, action);
  }

  /** While it was held, rules may have been published that the gate's yes knew nothing of: the same question again, whose answer starts it. */
  private async start(tx: Transaction, deployment: DeploymentEntity, reason: string, action: Action): Promise<void> {
    deployment.allowed = false;
    deployment.startRequested = true;
    deployment.statusReason = 'the gate is asked again before it starts';
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, deployment);
    await this.ask(tx, deployment, `start asked for${said(reason)}`, action);
  }

  /** The same request again, from the gate on; it is now the request of whoever retries. */
  private async retry(tx: Transaction, deployment: DeploymentEntity, reason: string, action: Action): Promise<void> {
    Object.assign(deployment, {
      status: 'requested',
      statusReason: 'waiting for the gate',
      requestedBy: action.actor,
      allowed: false,
      startRequested: false,
      step: 0,
      windowsPassed: 0,
      stepEnteredAt: null,
      startedAt: null,
      reasons: [],
      updatedAt: action.now,
    });
    await this.deployments.save(tx, deployment);
    await this.ask(tx, deployment, `requested${said(reason)}`, action);
  }

  private async ask(tx: Transaction, deployment: DeploymentEntity, text: string, action: Action): Promise<void> {
    const { environment, artifactSha256, strategy, requestedBy } = deployment;
    await this.announcement.deployment(
      tx,
      'deployment.requested',
      deployment,
      { environment, artifactSha256, strategy, requestedBy },
      text,
      action,
    );
  }
}

function said(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}

/** The facts by which verbs are allowed or refused. */
export function verbFacts({ endpoint, deployment }: Held): VerbFacts {
  const stable = stableOf(endpoint.targets);
  return {
    status: deployment.status,
    held: deployment.hold && deployment.allowed,
    hasPredecessor: deployment.fromVersion !== null,
    serving: stable?.deploymentId === deployment.id,
  };
}
