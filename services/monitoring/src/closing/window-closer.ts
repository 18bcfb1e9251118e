import { isTransient, type Transaction } from '@drawbridge/postgres';
import { currentTrace, inSpan, type Logger, metrics, type TraceContext } from '@drawbridge/telemetry';
import { type Closable, closable, type OpenWindow, ruleOf } from '../domain/closing.js';
import type { Monitor } from '../domain/monitor.js';
import { iso } from '../domain/summary.js';
import type { ClosingStore, WindowPlace } from '../persistence/closing.store.js';
import { type Database, rows } from '../persistence/database.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import type { StoredWindow } from '../persistence/window.store.js';
import type { ClosingRound, Work } from './closing-round.js';
import { HeldWindows } from './held-windows.js';

const delaySeconds = metrics.gauge('drawbridge_monitoring_watermark_delay_seconds', 'Wall time minus the end of the newest closed window', [
  'model',
  'version',
]);

/** Monitors whose windows are closed in one transaction: it saves them most of the statements, and locks no more than that. */
const AT_ONCE = 25;

/** Windows of one monitor in one transaction. After an outage hundreds may be complete, and what is locked waits. */
const ROUNDS = 5;

/** One judges while the database works for the others: storing a window takes it about as long as judging. */
const CLOSERS = 4;

/**
 * Closes complete windows and judges them, and judges again the closed ones that late rows reached. Works from
 * committed state under the monitors' row locks, so any number of processes may run it at any moment: a window goes
 * from open to closed once, and a failure here never holds up the counting.
 */
export class WindowCloser {
  private running: Promise<void> | undefined;
  private again: { parent: TraceContext | undefined } | undefined;
  private readonly held: HeldWindows;

  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly windows: ClosingStore,
    private readonly watermarks: WatermarkStore,
    private readonly round: ClosingRound,
    private readonly options: {
      readonly now: () => number;
      readonly elapsed: () => number;
      readonly log: Logger;
      readonly closed: () => void;
    },
  ) {
    this.held = new HeldWindows(options.elapsed);
  }

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

  /** A look without locks: most of the time nothing is complete. Monitors whose closed windows late rows reached are done one by one. */
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
      return ripe.length > 0 || close.some((startMs) => !this.held.has({ monitorId: id, startMs }));
    });
    return { together, alone };
  }

  /** Starts of a monitor's complete windows. */
  private async completeOf(id: string): Promise<readonly number[]> {
    const open = await this.windows.open(undefined, [id]);
    const progress = await this.watermarks.progress((sql, parameters) => this.database.query(sql, parameters), [id]);
    const rule = (await this.monitors.closingRules([id])).get(id);
    return rule === undefined ? [] : closable(open.get(id) ?? [], progress.get(id)!, rule).close;
  }

  /**
   * In one transaction; when that fails, each monitor in one of its own, and when that fails, each window: what cannot be
   * closed holds up neither other monitors nor the windows behind it.
   */
  private async closeAll(ids: readonly string[], parent: TraceContext | undefined, late?: 'late'): Promise<void> {
    const [first = ''] = ids;
    try {
      while (await this.inOne(ids, parent, late));
    } catch (error) {
      if (isTransient(error)) this.options.log.warn('closing windows failed, trying again', { monitors: ids.length, error });
      else if (ids.length === 1) await this.closeEach(first, parent, late);
      else {
        this.options.log.warn('windows could not be closed together, closing those of each monitor alone', { monitors: ids.length, error });
        for (const id of ids) await this.closeAll([id], parent);
      }
    }
  }

  private async closeEach(monitorId: string, parent: TraceContext | undefined, late: 'late' | undefined): Promise<void> {
    const starts = [...(await this.completeOf(monitorId)), ...(late === undefined ? [] : await this.windows.lateOf(monitorId))];
    for (const startMs of starts.toSorted((a, b) => a - b)) {
      const window = { monitorId, startMs };
      if (this.held.has(window)) continue;
      try {
        await this.inOne([monitorId], parent, late, startMs);
        this.held.letGo(window);
      } catch (error) {
        if (isTransient(error)) throw error;
        const againInMs = this.held.hold(window);
        this.options.log.error('a window could not be closed', { monitorId, start: iso(startMs), againInMs, error });
      }
    }
  }

  private async inOne(ids: readonly string[], parent: TraceContext | undefined, late?: 'late', only?: number): Promise<boolean> {
    const attributes: Record<string, string | number> = { 'drawbridge.monitors': ids.length };
    if (ids.length === 1) attributes['drawbridge.monitor'] = ids[0]!;
    const more = await inSpan('close windows', { kind: 'internal', parent, attributes }, () =>
      this.database.transaction((tx) => this.closeComplete(tx, ids, late, only)),
    );
    this.options.closed();
    return more;
  }

  /**
   * Locks what seems to be complete, and no other window: whoever is frozen in here holds up only those. Then it looks again,
   * since a flush that it had to wait for may have brought rows to a partition that seemed idle. True when there may be more.
   */
  private async closeComplete(tx: Transaction, ids: readonly string[], late: 'late' | undefined, only?: number): Promise<boolean> {
    const monitors = await this.monitors.lockAll(tx, ids);
    const open = await this.windows.open(tx, ids);
    const seeming = await this.complete(tx, monitors, open);
    const isWanted = (monitorId: string, startMs: number): boolean =>
      only === undefined ? !this.held.has({ monitorId, startMs }) : startMs === only;
    let more = false;
    const ended: WindowPlace[] = [];
    const ripe: WindowPlace[] = [];
    for (const { id } of monitors) {
      const seems = seeming.get(id)!;
      const close = seems.close.filter((startMs) => isWanted(id, startMs));
      const revised =
        late === undefined ? [] : await this.windows.takeLate(tx, id, ROUNDS, only, only === undefined ? this.held.of(id) : []);
      more ||= close.length > ROUNDS || revised.length === ROUNDS;
      for (const startMs of [...close.slice(0, ROUNDS), ...revised]) ended.push({ monitorId: id, startMs });
      for (const startMs of seems.ripe) ripe.push({ monitorId: id, startMs });
    }
    // One or the other, so that what takes long locks little.
    const wanted = ended.length > 0 ? ended : ripe;
    if (wanted.length === 0) return false;
    more ||= wanted !== ripe && ripe.length > 0;
    // In one order, which is that of the flushes, and before their parts are read: nothing is added between reading and closing.
    const locked = await this.windows.lock(tx, wanted);
    const certain = await this.complete(tx, monitors, locked);
    const ripened = monitors.flatMap(({ id }) => certain.get(id)!.ripe.map((startMs) => ({ monitorId: id, startMs })));
    await this.windows.ripen(tx, ripened);
    const due = monitors.map((monitor): Due => {
      const { close } = certain.get(monitor.id)!;
      const windows = locked.get(monitor.id) ?? [];
      return { monitor, windows: windows.filter(({ status, startMs }) => status === 'closed' || close.includes(startMs)) };
    });
    const some = due.filter(({ windows }) => windows.length > 0);
    if (some.length > 0) await this.closeDue(tx, some);
    return more;
  }

  private async complete(
    tx: Transaction,
    monitors: readonly Monitor[],
    windows: ReadonlyMap<string, readonly CandidateWindow[]>,
  ): Promise<Map<string, Closable>> {
    const ids = monitors.map(({ id }) => id);
    const progress = await this.watermarks.progress((sql, parameters) => rows(tx, sql, parameters), ids);
    return new Map(
      monitors.map(({ id, settings }) => {
        const open = (windows.get(id) ?? []).filter(({ status }) => status !== 'closed');
        return [id, closable(open, progress.get(id)!, ruleOf(settings))];
      }),
    );
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

/** Read without its status, it is open. */
interface CandidateWindow extends OpenWindow {
  readonly status?: StoredWindow['status'];
}

interface Due {
  readonly monitor: Monitor;
  /** Earliest first. */
  readonly windows: readonly StoredWindow[];
}

function inGroups(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) => ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}
