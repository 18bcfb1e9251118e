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
  /** Monitors that can be used, with the version of each that was read. */
  private readonly known = new Map<string, { readonly version: string; readonly target: Target }>();

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

  /** Only what changed: a thousand monitors are read again and again, and hardly ever differ. */
  private async read(): Promise<void> {
    const versions = await this.monitors.versions();
    const gone = [...this.known.keys()].filter((id) => !versions.has(id));
    const changed = [...versions.keys()].filter((id) => this.known.get(id)?.version !== versions.get(id));
    if (gone.length === 0 && changed.length === 0) return;
    for (const id of gone) this.known.delete(id);
    for (const monitor of await this.monitors.some(changed)) {
      const { id } = monitor;
      try {
        this.known.set(id, { version: versions.get(id)!, target: await this.target(monitor) });
      } catch (error) {
        this.known.delete(id);
        this.log.error('a monitor cannot be used', { monitorId: id, error });
      }
    }
    this.current = new RoutingTable([...this.known.values()].map(({ target }) => target));
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
