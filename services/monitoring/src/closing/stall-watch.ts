import type { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { Logger } from '@drawbridge/telemetry';
import type { Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import { silenceOf } from '../domain/stall.js';
import type { ArrivalStore, Watched } from '../persistence/arrival.store.js';
import type { Database } from '../persistence/database.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import { eachAlone } from './each-alone.js';

/** Watches the watchers: says when a monitor that should see data sees none, and when it sees some again. */
export class StallWatch {
  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly arrivals: ArrivalStore,
    private readonly outbox: Outbox,
    private readonly options: { readonly leastMs: number; readonly now: () => number; readonly log: Logger },
  ) {}

  /** Nearly always nothing has changed: all are looked at together without a lock, and only those that did once more with one. */
  async run(): Promise<void> {
    const changed = (await this.arrivals.watched()).filter((one) => this.turnOf(one) !== undefined);
    await eachAlone(
      this.database,
      changed.map(({ id }) => id),
      (tx, id) => this.look(tx, id),
      (monitorId, error) => this.options.log.warn('a monitor could not be looked at for silence, trying again', { monitorId, error }),
    );
  }

  private async look(tx: Transaction, id: string): Promise<void> {
    const monitor = await this.monitors.lock(tx, id);
    const watched = await this.arrivals.of(tx, id);
    const turn = watched && this.turnOf(watched);
    if (monitor === undefined || watched === undefined || turn === undefined) return;
    await this.monitors.setStatus(tx, id, turn.missed ? 'stalled' : 'active');
    await this.announce(tx, monitor, turn.missed, watched.arrivals.newest?.eventMs, turn.expectedEverySeconds);
  }

  /** Undefined where its status says so already. */
  private turnOf({ status, weight, arrivals }: Watched): { missed: boolean; expectedEverySeconds: number | undefined } | undefined {
    const { stalled, expectedEverySeconds } = silenceOf(arrivals, this.options.now(), this.options.leastMs);
    // A version without traffic is not missed.
    const missed = stalled && weight !== 0;
    return missed === (status === 'stalled') ? undefined : { missed, expectedEverySeconds };
  }

  private async announce(
    tx: Transaction,
    monitor: Monitor,
    stalled: boolean,
    eventMs: number | undefined,
    expectedEverySeconds: number | undefined,
  ): Promise<void> {
    await this.outbox.append(tx, {
      topic: stalled ? 'monitor.stalled' : 'monitor.resumed',
      ...addressOf(monitor),
      actor: SYSTEM,
      cause: monitor.cause,
      data: {
        ...identityOf(monitor),
        reason: 'no-data',
        lastEventAt: eventMs === undefined ? null : new Date(eventMs).toISOString(),
        ...(expectedEverySeconds === undefined ? {} : { expectedEverySeconds }),
      },
    });
  }
}
