import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import { baked, type Rollout } from '../domain/rollout.js';
import { allOn, type Arm, shared, stableOf } from '../domain/routing.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import type { DeploymentEntity, EndpointEntity } from '../persistence/entities.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { type Action, Announcement } from './announcement.js';

/** A deployment with its endpoint, both read under the endpoint's lock. */
export interface Held {
  readonly endpoint: EndpointEntity;
  readonly deployment: DeploymentEntity;
}

/** The way up: start, step by step, to all of the traffic. Every method is part of the caller's transaction. */
@Injectable()
export class RolloutSaga {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
    private readonly announcement: Announcement,
  ) {}

  /** The gate has allowed it: put the first share of traffic on the version, or all of it when nothing serves yet. */
  async start(tx: Transaction, held: Held, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    if (endpoint.activeDeploymentId !== null && endpoint.activeDeploymentId !== deployment.id) {
      await this.block(tx, deployment, [`deployment ${endpoint.activeDeploymentId} is still on its way on ${endpoint.name}`], action);
      return;
    }
    const stable = stableOf(endpoint.targets);
    const known = await this.evidence.version(tx, deployment.project, deployment.model, deployment.version);
    deployment.fromVersion = stable?.version ?? null;
    deployment.fromDeploymentId = stable?.deploymentId ?? null;
    deployment.status = 'progressing';
    deployment.statusReason = null;
    deployment.startedAt = action.now;
    deployment.readyAt = null;
    deployment.unreadySince = null;
    endpoint.activeDeploymentId = deployment.id;
    await this.announcement.deployment(
      tx,
      'deployment.started',
      deployment,
      {
        environment: deployment.environment,
        from: stable === undefined ? null : { version: stable.version },
        to: { version: deployment.version, artifactSha256: deployment.artifactSha256 },
        ...(known?.baselineRef == null ? {} : { baselineRef: known.baselineRef }),
        strategy: deployment.strategy,
        ...(endpoint.monitoring === null ? {} : { monitoring: endpoint.monitoring }),
      },
      stable === undefined
        ? `started: ${deployment.version} is the first version here`
        : `started: from ${stable.version} to ${deployment.version}`,
      action,
    );
    if (stable === undefined || deployment.strategy.kind === 'direct')
      await this.promote(tx, held, 'put on all of the traffic at once', action);
    else await this.enterStep(tx, held, stable, 0, action);
  }

  async block(tx: Transaction, deployment: DeploymentEntity, reasons: string[], action: Action, decisionId?: string): Promise<void> {
    deployment.status = 'blocked';
    deployment.reasons = reasons;
    deployment.statusReason = reasons.join('; ');
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, deployment);
    await this.announcement.deployment(
      tx,
      'deployment.blocked',
      deployment,
      { environment: deployment.environment, ...(decisionId === undefined ? {} : { decisionId }), reasons },
      `blocked: ${reasons.join('; ')}`,
      action,
    );
  }

  /** On to a step: its share of traffic on the candidate. */
  async advance(tx: Transaction, held: Held, step: number, action: Action): Promise<void> {
    const stable = stableOf(held.endpoint.targets);
    if (stable === undefined) throw new Error(`endpoint ${held.endpoint.name} has a rollout but no stable version`);
    await this.enterStep(tx, held, stable, step, action);
  }

  async promote(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    const startedAt = deployment.startedAt ?? action.now;
    deployment.status = 'promoted';
    deployment.statusReason = reason;
    deployment.updatedAt = action.now;
    endpoint.targets = allOn({ version: deployment.version, deploymentId: deployment.id });
    endpoint.activeDeploymentId = null;
    endpoint.updatedAt = action.now;
    await this.deployments.supersede(tx, endpoint.id, deployment.id, action.now);
    await this.store(tx, held);
    await this.announcement.traffic(tx, endpoint, reason, action, deployment);
    await this.announcement.deployment(
      tx,
      'deployment.promoted',
      deployment,
      { from: deployment.fromVersion, durationMs: action.now.getTime() - startedAt.getTime(), reason },
      `promoted: ${deployment.version} has all of the traffic`,
      action,
    );
  }

  async pause(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { deployment } = held;
    deployment.status = 'paused';
    deployment.statusReason = reason;
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, deployment);
    await this.announcement.deployment(tx, 'deployment.paused', deployment, { reason }, `paused: ${reason}`, action);
  }

  async resume(tx: Transaction, held: Held, reason: string, action: Action): Promise<void> {
    const { deployment } = held;
    deployment.status = 'progressing';
    deployment.statusReason = null;
    deployment.updatedAt = action.now;
    await this.deployments.save(tx, deployment);
    await this.announcement.deployment(tx, 'deployment.resumed', deployment, { reason }, `resumed: ${reason}`, action);
  }

  /** A step that also needs time: asked by the timer when its windows have passed already. */
  async goOnIfBaked(tx: Transaction, held: Held, action: Action): Promise<void> {
    const { deployment } = held;
    const decision = baked(rolloutFacts(deployment, action.now), action.now);
    if (decision.kind === 'advance') await this.advance(tx, held, decision.step, action);
    if (decision.kind === 'promote') await this.promote(tx, held, 'all steps passed', action);
  }

  private async enterStep(tx: Transaction, held: Held, stable: Arm, step: number, action: Action): Promise<void> {
    const { endpoint, deployment } = held;
    const plan = deployment.strategy.steps[step];
    if (plan === undefined) throw new Error(`deployment ${deployment.id} has no step ${String(step)}`);
    deployment.step = step;
    deployment.windowsPassed = 0;
    deployment.stepEnteredAt = action.now;
    deployment.updatedAt = action.now;
    endpoint.targets = shared(stable, { version: deployment.version, deploymentId: deployment.id }, plan.weight);
    endpoint.updatedAt = action.now;
    await this.store(tx, held);
    const text = `step ${String(step + 1)} of ${String(deployment.strategy.steps.length)}: ${String(plan.weight)} % on ${deployment.version}`;
    await this.announcement.traffic(tx, endpoint, text, action, deployment);
    await this.announcement.deployment(
      tx,
      'deployment.step.entered',
      deployment,
      { step, steps: deployment.strategy.steps.length, weights: endpoint.targets, plan },
      text,
      action,
    );
  }

  private async store(tx: Transaction, held: Held): Promise<void> {
    await this.deployments.save(tx, held.endpoint);
    await this.deployments.save(tx, held.deployment);
  }
}

/** A stored rollout as the pure decisions see it. */
export function rolloutFacts({ status, strategy, step, windowsPassed, stepEnteredAt }: DeploymentEntity, now: Date): Rollout {
  return { status, strategy, step, windowsPassed, stepEnteredAt: stepEnteredAt ?? now };
}
