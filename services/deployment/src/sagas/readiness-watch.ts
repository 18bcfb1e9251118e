import { DataSource, inTransaction } from '@drawbridge/postgres';
import { LOGGER, PeerClient, PeerRefused, PeerUnavailable } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { nextReadiness, type ServingWord } from '../domain/readiness.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import type { DeploymentEntity } from '../persistence/entities.js';
import { automatic } from './announcement.js';
import { RollbackSaga } from './rollback.saga.js';

/** Asks serving about every version that was given traffic until it is ready; one that cannot be served fails. */
@Injectable()
export class ReadinessWatch {
  constructor(
    private readonly source: DataSource,
    private readonly deployments: DeploymentStore,
    private readonly peers: PeerClient,
    private readonly rollbacks: RollbackSaga,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async look(): Promise<void> {
    for (const asked of await this.deployments.waitingForServing(this.source.manager)) {
      // Asked before the endpoint is locked: a slow answer must hold up nobody.
      const word = await this.ask(asked);
      await this.follow(asked, word, new Date());
    }
  }

  private async follow(asked: DeploymentEntity, word: ServingWord, now: Date): Promise<void> {
    if (word.kind === 'unknown' && asked.unreadySince === null) return;
    await inTransaction(this.source, async (tx) => {
      const endpoint = await this.deployments.lockEndpoint(tx, asked.endpointId);
      const deployment = await this.deployments.deployment(tx, asked.id);
      if (endpoint === null || deployment === null || !stillAsked(deployment, asked)) return;
      const step = nextReadiness(word, deployment.unreadySince, deployment.strategy, now);
      switch (step.kind) {
        case 'fail':
          return this.rollbacks.fail(tx, { endpoint, deployment }, step.reason, { actor: automatic, now });
        case 'ready':
          deployment.readyAt = now;
          deployment.unreadySince = null;
          break;
        case 'wait':
          deployment.unreadySince = step.unreadySince;
          break;
      }
      await this.deployments.save(tx, deployment);
    });
  }

  private async ask({ project, endpoint, model, version }: DeploymentEntity): Promise<ServingWord> {
    const path = `/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/ready`;
    try {
      await this.peers.getBytes('serving', path, { 'x-drawbridge-project': project, 'x-drawbridge-endpoint': endpoint });
      return { kind: 'ready' };
    } catch (error) {
      if (error instanceof PeerUnavailable) return { kind: 'unknown' };
      if (!(error instanceof PeerRefused)) throw error;
      if (error.code === 'DBR-MODEL-UNUSABLE') return { kind: 'unusable', reason: error.detail };
      if (error.code === 'DBR-MODEL-NOT-READY') return { kind: 'not-ready', reason: error.detail };
      // 404: the routing has not arrived there yet. Anything else says nothing of the version.
      if (error.status !== 404) this.log.warn('serving does not say whether a version is ready', { model, version, error });
      return { kind: 'unknown' };
    }
  }
}

/** While serving was asked, the rollout may have ended or begun anew. */
function stillAsked(now: DeploymentEntity, asked: DeploymentEntity): boolean {
  return now.status === asked.status && now.readyAt === null && now.startedAt?.getTime() === asked.startedAt?.getTime();
}
