import type { EventMap } from '@drawbridge/contracts';
import { drop, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { lapsed } from '../domain/gate.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { automatic } from '../sagas/announcement.js';
import { RolloutSaga } from '../sagas/rollout.saga.js';

/** The gate answered a deployment request: start it, keep it for a person to start, or say why not. */
@Controller()
export class PolicyEvaluatedHandler {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
    private readonly rollouts: RolloutSaga,
  ) {}

  @OnEvent('policy.evaluated')
  async handle(event: EventMap['policy.evaluated'], context: EventContext): Promise<Outcome> {
    if (event.action !== 'deployment.request' || event.deploymentId === undefined) return drop('no deployment request');
    const { transaction: tx, cause } = context;
    const asked = await this.deployments.deployment(tx, event.deploymentId);
    if (asked === null) return drop(`unknown deployment ${event.deploymentId}`);
    const endpoint = await this.deployments.lockEndpoint(tx, asked.endpointId);
    const deployment = await this.deployments.deployment(tx, asked.id);
    if (endpoint === null || deployment === null) return drop(`deployment ${asked.id} has no endpoint`);
    if (deployment.status !== 'requested') return drop(`deployment ${deployment.id} is already ${deployment.status}`);
    const now = new Date();
    const action = { actor: automatic, cause, now };
    if (event.verdict !== 'allow') {
      const reasons = event.rules.filter((rule) => rule.result !== 'pass').map((rule) => `${rule.id}: ${rule.why}`);
      await this.rollouts.block(
        tx,
        deployment,
        reasons.length > 0 ? reasons : [`the policy says ${event.verdict}`],
        action,
        event.decisionId,
      );
      return ok;
    }
    const { project, model, version, environment, artifactSha256 } = deployment;
    const refusals = lapsed(await this.evidence.approvals(tx, project, model, version, environment), artifactSha256, environment, now);
    if (refusals.length > 0) {
      await this.rollouts.block(tx, deployment, refusals, action, event.decisionId);
      return ok;
    }
    deployment.allowed = true;
    if (deployment.hold && !deployment.startRequested) {
      deployment.statusReason = 'allowed; waits for start';
      deployment.updatedAt = now;
      await this.deployments.save(tx, deployment);
      return ok;
    }
    await this.rollouts.start(tx, { endpoint, deployment }, action);
    return ok;
  }
}
