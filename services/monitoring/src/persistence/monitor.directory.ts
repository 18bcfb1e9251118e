import type { Logger } from '@drawbridge/telemetry';
import type { Monitor } from '../domain/monitor.js';
import { RoutingTable, type Target } from '../domain/routing.js';
import type { BaselineStore } from './baseline.store.js';
import type { MonitorStore } from './monitor.store.js';

export interface RoutingSource {
  table(): RoutingTable;
}

/** The monitors as the hot path sees them: read again now and then, and when a prediction asks for an unknown one. */
export class MonitorDirectory implements RoutingSource {
  private current = new RoutingTable([]);
  private reading: Promise<void> | undefined;

  constructor(
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly log: Logger,
  ) {}

  table(): RoutingTable {
    return this.current;
  }

  /** Calls during a refresh share a second one, so that the caller sees everything committed before its call. */
  async refresh(): Promise<void> {
    if (this.reading !== undefined) await this.reading.catch(() => undefined);
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async read(): Promise<void> {
    const targets: Target[] = [];
    for (const monitor of await this.monitors.all()) {
      try {
        targets.push(await this.target(monitor));
      } catch (error) {
        this.log.error('a monitor cannot be used', { monitorId: monitor.id, error });
      }
    }
    this.current = new RoutingTable(targets);
  }

  private async target(monitor: Monitor): Promise<Target> {
    const { settings } = monitor;
    return {
      monitorId: monitor.id,
      project: monitor.project,
      endpoint: monitor.endpoint,
      model: monitor.model,
      version: monitor.version,
      deploymentIds: monitor.deploymentIds,
      createdMs: monitor.createdAt.getTime(),
      timing: {
        windowMs: settings.windowSeconds * 1000,
        latenessMs: settings.latenessSeconds * 1000,
        horizonMs: settings.horizonSeconds * 1000,
      },
      keepRate: settings.keepRate,
      segments: settings.segments,
      layout: await this.baselines.layout(monitor.baselineSha256),
    };
  }
}
