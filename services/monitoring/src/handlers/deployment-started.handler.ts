import { createHash } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { completeSettings, type DeploymentStarted, settingProblems } from '@drawbridge/contracts';
import { dead, later, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, LOGGER, OnEvent, PeerClient, PeerRefused, PeerUnavailable } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { BaselineStore, parseBaseline } from '../persistence/baseline.store.js';
import { monitorId } from '../persistence/ids.js';
import { MonitorStore, type NewMonitor } from '../persistence/monitor.store.js';
import { ConfigureMonitor } from '../sagas/configure-monitor.js';

/** A rollout began: its version is watched from now on, against the baseline it was registered with. */
@Controller()
export class DeploymentStartedHandler {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly configure: ConfigureMonitor,
    private readonly peers: PeerClient,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @OnEvent('deployment.started')
  async handle(event: DeploymentStarted, { transaction, event: { project }, cause }: EventContext): Promise<Outcome> {
    const settings = completeSettings(event.monitoring);
    const problems = settingProblems(settings);
    if (problems.length > 0) return dead(problems.map(({ field, message }) => `monitoring.${field} ${message}`).join('; '));
    const fetched = await this.baseline(event, transaction);
    if (fetched !== ok) return fetched;
    const id = monitorId(project, event.endpoint, event.model, event.version);
    const known = await this.monitors.lock(transaction, id);
    const monitor: NewMonitor = {
      id,
      project,
      endpoint: event.endpoint,
      endpointId: event.endpointId,
      environment: event.environment,
      model: event.model,
      modelId: event.modelId,
      version: event.version,
      variant: event.from === null || event.strategy.kind === 'direct' ? 'stable' : 'candidate',
      // The shape of stored windows follows from length and baseline: both stay what they were.
      settings: known === undefined ? settings : { ...settings, windowSeconds: known.settings.windowSeconds },
      deploymentId: event.deploymentId,
      deploymentIds: [event.deploymentId],
      cause: { id: cause.id, chainId: cause.chainId ?? cause.id, originTraceparent: cause.originTraceparent },
      baselineSha256: known === undefined ? (event.baselineRef?.sha256 ?? null) : known.baselineSha256,
    };
    await this.configure.open(transaction, monitor, known, cause);
    await this.applyTraffic(transaction, monitor);
    const endedAt = await this.monitors.endedAt(transaction, event.deploymentId);
    if (endedAt !== undefined) await this.monitors.close(transaction, id, endedAt);
    this.log.info('monitor opened', { monitorId: id, endpoint: event.endpoint, model: event.model, version: event.version, project });
    return ok;
  }

  /** The shares may have been announced before the deployment. */
  private async applyTraffic(transaction: EventContext['transaction'], { id, project, endpointId, version }: NewMonitor): Promise<void> {
    const traffic = await this.monitors.shares(transaction, project, endpointId);
    const share = traffic?.shares.find((one) => one.version === version);
    if (traffic === undefined || share === undefined) return;
    await this.monitors.setTraffic(transaction, id, { variant: share.variant, weight: share.weight, reopen: false }, traffic.validFrom);
  }

  /** Fetches the baseline by digest, once; what arrives must have that digest. */
  private async baseline({ baselineRef }: DeploymentStarted, transaction: EventContext['transaction']): Promise<Outcome> {
    if (baselineRef === undefined || (await this.baselines.has(transaction, baselineRef.sha256))) return ok;
    const { sha256, uri } = baselineRef;
    let bytes: Buffer;
    try {
      bytes = await this.peers.getBytes('registry', uri);
    } catch (error) {
      if (error instanceof PeerUnavailable) return later(error.message);
      if (error instanceof PeerRefused) return dead(`baselineRef.uri ${uri}: ${error.message}`);
      throw error;
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== sha256) return dead(`baselineRef.sha256 is ${sha256}, the registry sent ${digest}`);
    try {
      parseBaseline(sha256, bytes);
    } catch (error) {
      return dead(`baselineRef: ${error instanceof Error ? error.message : String(error)}`);
    }
    await this.baselines.add(transaction, sha256, bytes);
    return ok;
  }
}
