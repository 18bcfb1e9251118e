import type { Transaction } from '@drawbridge/postgres';
import { currentTrace, inSpan, type Logger, metrics, type TraceContext } from '@drawbridge/telemetry';
import { closable, ruleOf } from '../domain/closing.js';
import type { Monitor } from '../domain/monitor.js';
import type { ClosingStore } from '../persistence/closing.store.js';
import { type Database, rows } from '../persistence/database.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import type { StoredWindow } from '../persistence/window.store.js';
import type { ClosingRound, Work } from './closing-round.js';

const delaySeconds = metrics.gauge('drawbridge_monitoring_watermark_delay_seconds', 'Wall time minus the end of the newest closed window', [
  'model',
  'version',
]);

/** Monitors whose windows are closed in one transaction: it saves them most of the statements, and locks no more than that. */
const AT_ONCE = 50;

/** One judges while the database works for another. */
const CLOSERS = 2;

/**
 * Closes complete windows and judges them, and judges again the closed ones that late rows reached. Works from
 * committed state under the monitors' row locks, so any number of processes may run it at any moment: a window goes
 * from open to closed once, and a failure here never holds up the counting.
 */
export class WindowCloser {
  private running: Promise<void> | undefined;
  private again: { parent: TraceContext | undefined } | undefined;

  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly windows: ClosingStore,
    private readonly watermarks: WatermarkStore,
    private readonly round: ClosingRound,
    private readonly options: { readonly now: () => number; readonly log: Logger; readonly closed: () => void },
  ) {}

  /** Looks for work soon; calls while it runs are answered by one more run. */
  poke(): void {
    this.again = { parent: currentTrace() };
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async drain(): Promise<void> {
    while (this.again !== undefined) {
      const { parent } = this.again;
      this.again = undefined;
      try {
        const { together, alone } = await this.look();
        const groups = inGroups(together);
        const closer = async (): Promise<void> => {
          for (let group = groups.shift(); group !== undefined; group = groups.shift()) await this.closeAll(group, parent);
        };
        await Promise.all(Array.from({ length: CLOSERS }, closer));
        for (const id of alone) await this.closeAll([id], parent, 'late');
      } catch (error) {
        this.options.log.warn('closing windows failed, trying again', { error });
      }
    }
  }

  /**
   * A look without locks: most of the time nothing is complete. Monitors whose closed windows late rows reached are done one
   * by one, since those windows are locked after the open ones, out of the order in which flushes lock.
   */
  private async look(): Promise<{ together: string[]; alone: string[] }> {
    const open = await this.windows.open();
    const alone = await this.windows.late();
    const apart = new Set(alone);
    const ids = [...open.keys()].filter((id) => !apart.has(id)).toSorted();
    if (ids.length === 0) return { together: [], alone };
    const progress = await this.watermarks.progress((sql, parameters) => this.database.query(sql, parameters), ids);
    const rules = await this.monitors.closingRules(ids);
    const together = ids.filter((id) => {
      const rule = rules.get(id);
      if (rule === undefined) return false;
      const { close, ripe } = closable(open.get(id)!, progress.get(id)!, rule);
      return close.length > 0 || ripe.length > 0;
    });
    return { together, alone };
  }

  /** In one transaction; when that fails, each in one of its own, so that one that fails never holds up the others. */
  private async closeAll(ids: readonly string[], parent: TraceContext | undefined, late?: 'late'): Promise<void> {
    const [first = ''] = ids;
    try {
      const attributes: Record<string, string | number> = { 'drawbridge.monitors': ids.length };
      if (ids.length === 1) attributes['drawbridge.monitor'] = first;
      await inSpan('close windows', { kind: 'internal', parent, attributes }, () =>
        this.database.transaction((tx) => this.closeComplete(tx, ids, late)),
      );
      this.options.closed();
    } catch (error) {
      if (ids.length === 1) this.options.log.error('a window could not be closed', { monitorId: first, error });
      else for (const id of ids) await this.closeAll([id], parent);
    }
  }

  private async closeComplete(tx: Transaction, ids: readonly string[], late: 'late' | undefined): Promise<void> {
    const monitors = await this.monitors.lockAll(tx, ids);
    // Locked before their parts are read, so that no flush can add to a window between reading and closing.
    const open = await this.windows.lockOpen(tx, ids);
    const progress = await this.watermarks.progress((sql, parameters) => rows(tx, sql, parameters), ids);
    const ripened: { monitorId: string; startMs: number }[] = [];
    const found: Due[] = [];
    for (const monitor of monitors) {
      const windows = open.get(monitor.id) ?? [];
      const { close, ripe } = closable(windows, progress.get(monitor.id)!, ruleOf(monitor.settings));
      ripened.push(...ripe.map((startMs) => ({ monitorId: monitor.id, startMs })));
      const complete = windows.filter(({ startMs }) => close.includes(startMs));
      const revised = late === undefined ? [] : await this.windows.takeLate(tx, monitor.id);
      found.push({ monitor, windows: [...complete, ...revised].sort((a, b) => a.startMs - b.startMs) });
    }
    await this.windows.ripen(tx, ripened);
    const due = found.filter(({ windows }) => windows.length > 0);
    if (due.length > 0) await this.closeDue(tx, due);
  }

  /** Round by round, one window of each monitor in a round: the next one is judged on what this one left. */
  private async closeDue(tx: Transaction, due: readonly Due[]): Promise<void> {
    const newest = await this.windows.newestClosed(
      tx,
      due.map(({ monitor }) => monitor.id),
    );
    const alarms = new Map(due.map(({ monitor }) => [monitor.id, monitor.alarm]));
    const most = Math.max(...due.map(({ windows }) => windows.length));
    for (let round = 0; round < most; round += 1) {
      const works = due.flatMap(({ monitor, windows }): Work[] => {
        const window = windows[round];
        if (window === undefined) return [];
        const before = newest.get(monitor.id) ?? -Infinity;
        newest.set(monitor.id, Math.max(before, window.startMs));
        return [{ monitor, window, alarm: alarms.get(monitor.id)!, retrospective: window.revision > 0 || window.startMs < before }];
      });
      for (const [id, alarm] of await this.round.close(tx, works)) alarms.set(id, alarm);
    }
    const changed = due.filter(({ monitor }) => alarms.get(monitor.id) !== monitor.alarm);
    await this.monitors.setAlarms(tx, new Map(changed.map(({ monitor: { id } }) => [id, alarms.get(id)!])));
    for (const { monitor } of due) {
      const { model, version, settings } = monitor;
      delaySeconds.set({ model, version }, (this.options.now() - newest.get(monitor.id)!) / 1000 - settings.windowSeconds);
    }
  }
}

interface Due {
  readonly monitor: Monitor;
  /** Earliest first. */
  readonly windows: readonly StoredWindow[];
}

function inGroups(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) => ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}
