import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import { v7 as uuid } from 'uuid';
import { pairWindows, type WindowPair } from '../domain/arm-window.js';
import { evidenceOf } from '../domain/evidence.js';
import { type Comparison, compareArms } from '../domain/guards.js';
import { afterComparison } from '../domain/rollout.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { AnalysisEntity } from '../persistence/entities.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { type Action, Announcement, automatic } from './announcement.js';
import { RetrainingSaga } from './retraining.saga.js';
import { RollbackSaga } from './rollback.saga.js';
import { type Held, rolloutFacts, RolloutSaga } from './rollout.saga.js';

/** Compares the arms of a rollout over each period that both have closed, and does what follows. */
@Injectable()
export class AnalysisSaga {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
    private readonly announcement: Announcement,
    private readonly rollouts: RolloutSaga,
    private readonly rollbacks: RollbackSaga,
    private readonly retraining: RetrainingSaga,
  ) {}

  /** Called after every new window or detection of the endpoint; does nothing when no rollout is on its way. */
  async run(tx: Transaction, project: string, endpointName: string, now: Date): Promise<void> {
    const endpoint = await this.deployments.lockEndpointByName(tx, project, endpointName);
    if (endpoint?.activeDeploymentId == null) return;
    const deployment = await this.deployments.deployment(tx, endpoint.activeDeploymentId);
    if (deployment === null || deployment.fromVersion === null || deployment.startedAt === null) return;
    const held: Held = { endpoint, deployment };
    const arm = { project, endpoint: endpoint.name };
    const candidate = await this.evidence.unjudgedWindows(tx, { ...arm, version: deployment.version }, deployment.id, deployment.startedAt);
    const stable = await this.evidence.unjudgedWindows(
      tx,
      { ...arm, version: deployment.fromVersion },
      deployment.id,
      deployment.startedAt,
    );
    for (const pair of pairWindows(candidate, stable)) {
      if (deployment.status !== 'progressing') return;
      if (!(await this.judge(tx, held, pair, now))) return;
    }
  }

  /** One period. False when evidence that is on its way must be waited for. */
  private async judge(tx: Transaction, held: Held, pair: WindowPair, now: Date): Promise<boolean> {
    const { deployment } = held;
    const step = deployment.strategy.steps[deployment.step];
    if (step === undefined) return true;
    const comparison = compareArms(pair, step);
    const detection = pair.candidate.verdict === 'alarming' ? await this.evidence.newestDetection(tx, pair.candidate.monitorId) : null;
    // The detection travels on its own topic; a rollback without its exemplars would be poor evidence.
    if (comparison.verdict === 'fail' && comparison.candidateOnly.length > 0 && detection === null) return false;
    const action: Action = { actor: automatic, cause: { id: pair.candidate.eventId, chainId: pair.candidate.chainId }, now };
    await this.record(tx, held, pair, comparison, action);
    const decision = afterComparison(rolloutFacts(deployment, now), comparison, now);
    switch (decision.kind) {
      case 'stay':
        deployment.windowsPassed = decision.windowsPassed;
        deployment.updatedAt = now;
        await this.deployments.save(tx, deployment);
        break;
      case 'advance':
        await this.rollouts.advance(tx, held, decision.step, action);
        break;
      case 'promote':
        await this.rollouts.promote(tx, held, 'all steps passed', action);
        break;
      case 'roll-back':
        await this.rollbacks.rollBack(
          tx,
          held,
          {
            reason: decision.why,
            automatic: true,
            trigger:
              detection === null
                ? { eventId: pair.candidate.eventId, type: 'window.closed' }
                : { eventId: detection.eventId, type: 'drift.detected' },
            evidence: { ...evidenceOf(pair, comparison), exemplars: detection?.exemplars ?? [] },
            arrivedAt: now,
          },
          detection === null ? action : { ...action, cause: { id: detection.eventId, chainId: pair.candidate.chainId } },
        );
        break;
      case 'pause-for-retraining':
        await this.rollouts.pause(tx, held, decision.why, action);
        await this.retraining.request(tx, held, pair, comparison, action);
        break;
    }
    return true;
  }

  private async record(tx: Transaction, { deployment }: Held, pair: WindowPair, comparison: Comparison, action: Action): Promise<void> {
    const { candidate, stable } = pair;
    const windowIds = [candidate.windowId, stable.windowId];
    const analysis = new AnalysisEntity();
    Object.assign(analysis, {
      id: uuid(),
      deploymentId: deployment.id,
      at: action.now,
      step: deployment.step,
      verdict: comparison.verdict,
      summary: comparison.summary,
      checks: comparison.checks,
      windowIds,
      periodStart: new Date(candidate.start),
      periodEnd: new Date(candidate.end),
    });
    await this.deployments.save(tx, analysis);
    await this.evidence.markJudged(tx, windowIds, deployment.id);
    await this.announcement.deployment(
      tx,
      'deployment.analyzed',
      deployment,
      {
        step: deployment.step,
        verdict: comparison.verdict,
        checks: comparison.checks,
        windowIds,
        period: { start: candidate.start, end: candidate.end },
        summary: comparison.summary,
      },
      `${comparison.verdict}: ${comparison.summary}`,
      action,
    );
  }
}
