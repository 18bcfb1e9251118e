import type { EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import type { MonitorStore } from '../persistence/monitor.store.js';

/** Ends the watch of a version; one that was missed is missed no longer, and whoever was told so hears it. */
export class CloseMonitor {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly outbox: Outbox,
  ) {}

  async run(tx: Transaction, monitor: Monitor, at: Date, cause: EventCause): Promise<void> {
    await this.monitors.close(tx, monitor.id, at);
    if (monitor.status !== 'stalled') return;
    const lastEventAt = await this.monitors.lastEventAt(monitor.id);
    await this.outbox.append(tx, {
      topic: 'monitor.resumed',
      ...addressOf(monitor),
      actor: SYSTEM,
      cause,
      data: { ...identityOf(monitor), reason: 'no-data', lastEventAt: lastEventAt?.toISOString() ?? null },
    });
  }
}
