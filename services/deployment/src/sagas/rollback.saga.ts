import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import type { RollbackEvidence } from '../domain/evidence.js';
import { allOn, type Arm, stableOf } from '../domain/routing.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import type { DeploymentEntity } from '../persistence/entities.js';
import { type Action, Announcement } from './announcement.js';
import type { Held } from './rollout.saga.js';

export interface RollbackOrder {
  readonly reason: string;
  readonly automatic: boolean;
  readonly trigger: { readonly eventId: string; readonly type: string };
  readonly evidence: RollbackEvidence;
  /** When the trigger arrived, for the time the rollback took. */
  readonly arrivedAt: Date;
}

/** The way back, in the caller's transaction: 1 the traffic returns · 2 the rollout ends · 3 both are announced. */
@Injectable()
export class RollbackSaga {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly announcement: Announcement,
  ) {}

  /** From a rollout on its way, or from the serving version, to the version before it. */
  async rollBack(tx: Transaction, held: Held, order: RollbackOrder, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    const target = this.fallback(held);
    endpoint.targets = allOn(target);
    endpoint.activeDeploymentId = null;
    endpoint.updatedAt = action.now;
    deployment.status = 'rolledback';
    deployment.statusReason = order.reason;
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, endpoint);
    await this.deployments.save(tx, deployment);
    await this.announcement.traffic(tx, endpoint, `rolled back to ${target.version}: ${order.reason}`, action, deployment);
    await this.announcement.deployment(
      tx,
      'deployment.rolledback',
      deployment,
      {
        from: deployment.version,
        to: target.version,
        automatic: order.automatic,
        reason: order.reason,
        trigger: { ...order.trigger },
        evidence: order.evidence,
        // The action has one moment, that of its trigger; what passed since then only the clock knows.
        tookMs: Math.max(0, Date.now() - order.arrivedAt.getTime()),
      },
      `rolled back from ${deployment.version} to ${target.version}: ${order.reason}`,
      action,
    );
  }

  /** A person gives the rollout up: the stable version keeps everything. */
  async abort(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    const stable = stableOf(endpoint.targets);
    const wasServing = endpoint.activeDeploymentId === deployment.id;
    deployment.status = 'aborted';
    deployment.statusReason = reason;
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, deployment);
    if (wasServing && stable !== undefined) {
      endpoint.targets = allOn(stable);
      endpoint.activeDeploymentId = null;
      endpoint.updatedAt = action.now;
      await this.deployments.save(tx, endpoint);
      await this.announcement.traffic(tx, endpoint, `aborted: ${reason}`, action, deployment);
    }
    await this.announcement.deployment(
      tx,
      'deployment.aborted',
      deployment,
      { to: stable?.version ?? null, durationMs: durationOf(deployment, action.now), reason },
      `aborted: ${reason}`,
      action,
    );
  }

  /** The version cannot be served: what was stable before gets everything back; where nothing was, nothing serves. */
  async fail(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    const target = this.before(held);
    endpoint.targets = target === undefined ? [] : allOn(target);
    endpoint.activeDeploymentId = null;
    endpoint.updatedAt = action.now;
    deployment.status = 'failed';
    deployment.statusReason = reason;
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, endpoint);
    await this.deployments.save(tx, deployment);
    await this.announcement.traffic(tx, endpoint, `version ${deployment.version} failed: ${reason}`, action, deployment);
    await this.announcement.deployment(
      tx,
      'deployment.failed',
      deployment,
      { to: target?.version ?? null, durationMs: durationOf(deployment, action.now), reason },
      `failed: ${reason}`,
      action,
    );
  }

  private fallback(held: Held): Arm {
    const target = this.before(held);
    if (target === undefined) throw new Error(`deployment ${held.deployment.id} has no version to go back to`);
    return target;
  }

  /** The version that serves beside this deployment, or served before it. */
  private before({ endpoint, deployment }: Held): Arm | undefined {
    const stable = stableOf(endpoint.targets);
    if (stable !== undefined && stable.version !== deployment.version) return stable;
    const { fromVersion: version, fromDeploymentId: deploymentId } = deployment;
    return version === null || deploymentId === null ? undefined : { version, deploymentId };
  }
}

function durationOf({ startedAt }: DeploymentEntity, now: Date): number {
  return startedAt === null ? 0 : Math.max(0, now.getTime() - startedAt.getTime());
}
