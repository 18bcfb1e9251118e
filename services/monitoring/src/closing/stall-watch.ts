import type { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { Monitor } from '../domain/monitor.js';
import { silenceOf } from '../domain/stall.js';
import type { ArrivalStore } from '../persistence/arrival.store.js';
import type { Database } from '../persistence/database.js';
import type { MonitorStore } from '../persistence/monitor.store.js';

/** Watches the watchers: says when a monitor that should see data sees none, and when it sees some again. */
export class StallWatch {
  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly arrivals: ArrivalStore,
    private readonly outbox: Outbox,
    private readonly options: { readonly leastMs: number; readonly now: () => number },
  ) {}

  async run(): Promise<void> {
    for (const id of await this.arrivals.watched()) await this.database.transaction((tx) => this.look(tx, id));
  }

  private async look(tx: Transaction, id: string): Promise<void> {
    const monitor = await this.monitors.lock(tx, id);
    // A version without traffic is not missed.
    if (monitor === undefined || monitor.status === 'closed') return;
    const arrivals = await this.arrivals.of(tx, monitor);
    if (arrivals === undefined) return;
    const { stalled, expectedEverySeconds } = silenceOf(arrivals, this.options.now(), this.options.leastMs);
    const missed = stalled && monitor.weight !== 0;
    if (missed === (monitor.status === 'stalled')) return;
    await this.monitors.setStatus(tx, id, missed ? 'stalled' : 'active');
    await this.announce(tx, monitor, missed, arrivals.eventMs, expectedEverySeconds);
  }

  private async announce(
    tx: Transaction,
    monitor: Monitor,
    stalled: boolean,
    eventMs: number,
    expectedEverySeconds: number | undefined,
  ): Promise<void> {
    await this.outbox.append(tx, {
      topic: stalled ? 'monitor.stalled' : 'monitor.resumed',
      aggregateType: 'monitors',
      aggregateId: monitor.id,
      subject: `projects/${monitor.project}/monitors/${monitor.id}`,
      project: monitor.project,
      actor: { type: 'system', id: 'monitoring' },
      cause: monitor.cause,
      data: {
        monitorId: monitor.id,
        endpoint: monitor.endpoint,
        deploymentId: monitor.deploymentId,
        model: monitor.model,
        version: monitor.version,
        variant: monitor.variant,
        reason: 'no-data',
        lastEventAt: new Date(eventMs).toISOString(),
        ...(expectedEverySeconds === undefined ? {} : { expectedEverySeconds }),
      },
    });
  }
}
