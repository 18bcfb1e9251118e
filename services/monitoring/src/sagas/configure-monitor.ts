import { createHash } from 'node:crypto';
import type { Actor, CompleteSettings } from '@drawbridge/contracts';
import type { EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import type { Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import type { BaselineStore } from '../persistence/baseline.store.js';
import type { MonitorStore, NewMonitor } from '../persistence/monitor.store.js';

/** Creates monitors and changes their settings; each change is a version and a `monitor.configured`. */
export class ConfigureMonitor {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly outbox: Outbox,
  ) {}

  /** Opens the monitor of a deployment, or the one that watched this version on this endpoint before. */
  async open(tx: Transaction, monitor: NewMonitor, known: Monitor | undefined, cause: EventCause): Promise<void> {
    if (known === undefined) await this.monitors.insert(tx, monitor);
    else await this.monitors.reopen(tx, monitor);
    await this.announce(tx, { ...monitor, monitorVersion: (known?.monitorVersion ?? 0) + 1 }, SYSTEM, cause);
  }

  async change(tx: Transaction, monitor: Monitor, settings: CompleteSettings, actor: Actor): Promise<Monitor> {
    const changed = { ...monitor, settings, monitorVersion: monitor.monitorVersion + 1 };
    await this.monitors.setSettings(tx, monitor.id, settings, changed.monitorVersion);
    await this.announce(tx, changed, actor, undefined);
    return changed;
  }

  private async announce(
    tx: Transaction,
    monitor: NewMonitor & { monitorVersion: number },
    actor: Actor,
    cause: EventCause | undefined,
  ): Promise<void> {
    const { settings, baselineSha256 } = monitor;
    const baseline = baselineSha256 === null ? undefined : await this.baselines.within(tx, baselineSha256);
    await this.outbox.append(tx, {
      topic: 'monitor.configured',
      ...addressOf(monitor),
      actor,
      cause,
      data: {
        ...identityOf(monitor),
        monitorVersion: monitor.monitorVersion,
        digest: createHash('sha256').update(JSON.stringify(settings)).digest('hex'),
        settings,
        features:
          baseline?.document.features.map((feature) => ({
            name: feature.name,
            kind: feature.kind,
            ...(feature.kind === 'calendar' ? { calendar: feature.calendar } : {}),
          })) ?? [],
        ...(baseline === undefined
          ? {}
          : { baseline: { id: baseline.sha256.slice(0, 16), n: baseline.document.rows, sha256: baseline.sha256 } }),
      },
    });
  }
}
