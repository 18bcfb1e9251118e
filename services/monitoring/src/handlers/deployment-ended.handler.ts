import { Controller } from '@nestjs/common';
import type { DeploymentAborted, DeploymentFailed, DeploymentPromoted, DeploymentRolledback } from '@drawbridge/contracts';
import { later, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { MonitorStore } from '../persistence/monitor.store.js';
import { CloseMonitor } from '../sagas/close-monitor.js';

/**
 * A deployment reached its end. A version that went back is watched no longer: its windows still close, it opens no
 * alarm and nobody waits for its rows. A promoted one is the stable version, and the one before is done.
 */
@Controller()
export class DeploymentEndedHandler {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly closing: CloseMonitor,
  ) {}

  @OnEvent('deployment.promoted')
  async promoted(event: DeploymentPromoted, context: EventContext): Promise<Outcome> {
    const {
      transaction,
      event: { project, time },
      cause,
    } = context;
    const monitors = await this.monitors.lockEndpoint(transaction, project, event.endpointId);
    const promoted = monitors.find(({ version }) => version === event.version);
    // Topics may overtake each other: the start of a deployment comes before its end.
    if (promoted === undefined) return later(`no monitor of deployment ${event.deploymentId} yet`);
    await this.monitors.setVariant(transaction, promoted.id, 'stable');
    const before = monitors.find(({ version }) => version === event.from && version !== event.version);
    if (before !== undefined && before.trafficAt <= time) await this.closing.run(transaction, before, time, cause);
    return ok;
  }

  @OnEvent('deployment.aborted')
  aborted(event: DeploymentAborted, context: EventContext): Promise<Outcome> {
    return this.ended(event.deploymentId, context);
  }

  @OnEvent('deployment.failed')
  failed(event: DeploymentFailed, context: EventContext): Promise<Outcome> {
    return this.ended(event.deploymentId, context);
  }

  @OnEvent('deployment.rolledback')
  rolledback(event: DeploymentRolledback, context: EventContext): Promise<Outcome> {
    return this.ended(event.deploymentId, context);
  }

  private async ended(deploymentId: string, { transaction, event: { time }, cause }: EventContext): Promise<Outcome> {
    const monitor = await this.monitors.byDeployment(transaction, deploymentId);
    // It failed before it started, or its start is still on the way.
    if (monitor === undefined) await this.monitors.noteEnded(transaction, deploymentId, time);
    else if (monitor.status !== 'closed') await this.closing.run(transaction, monitor, time, cause);
    return ok;
  }
}
