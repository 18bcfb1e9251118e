import { DataSource, inTransaction } from '@drawbridge/postgres';
import { LOGGER } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { automatic } from './announcement.js';
import { ReadinessWatch } from './readiness-watch.js';
import { RolloutSaga } from './rollout.saga.js';

const PERIOD_MS = 1000;

/** What no event tells: moves rollouts on whose current step also needs time to pass, and has serving asked about new versions. */
@Injectable()
export class StepTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: DataSource,
    private readonly deployments: DeploymentStore,
    private readonly rollouts: RolloutSaga,
    private readonly readiness: ReadinessWatch,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.tick().finally(() => {
        if (this.timer !== undefined) this.schedule();
      });
    }, PERIOD_MS);
  }

  /** One look at all waiting rollouts. A failure (a database away) is logged and the next look comes anyway. */
  private async tick(): Promise<void> {
    try {
      for (const { id, endpointId } of await this.deployments.waitingForTime(this.source.manager))
        await this.look(id, endpointId, new Date());
      await this.readiness.look();
    } catch (error) {
      this.log.warn('could not look at waiting rollouts', { error });
    }
  }

  private async look(id: string, endpointId: string, now: Date): Promise<void> {
    await inTransaction(this.source, async (tx) => {
      const endpoint = await this.deployments.lockEndpoint(tx, endpointId);
      const deployment = await this.deployments.deployment(tx, id);
      if (endpoint === null || deployment === null) return;
      await this.rollouts.goOnIfBaked(tx, { endpoint, deployment }, { actor: automatic, now });
    });
  }
}
