import { SCALES } from '@drawbridge/drift';
import type { Transaction } from '@drawbridge/postgres';
import { currentTrace, inSpan, type Logger, metrics, type TraceContext } from '@drawbridge/telemetry';
import { nextAlarm } from '../domain/alarm.js';
import { closable, type ClosingRule } from '../domain/closing.js';
import { judge, type Judgement, windowsNeeded } from '../domain/judge.js';
import type { Alarm, Monitor } from '../domain/monitor.js';
import { segmentFindings } from '../domain/segments.js';
import { iso, latencyOf, predictionOf } from '../domain/summary.js';
import type { WindowPart } from '../domain/window-part.js';
import type { Baseline, BaselineStore } from '../persistence/baseline.store.js';
import { type Database, rows } from '../persistence/database.js';
import { detectionId, windowClosedId } from '../persistence/ids.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import type { StoredWindow, WindowStore, WindowSummary } from '../persistence/window.store.js';
import type { Announcements, ClosedWindow } from './announcements.js';

const closedTotal = metrics.counter('drawbridge_monitoring_windows_closed_total', 'Windows closed or revised, by verdict', ['verdict']);
const delaySeconds = metrics.gauge('drawbridge_monitoring_watermark_delay_seconds', 'Wall time minus the end of the newest closed window', [
  'model',
  'version',
]);

/**
 * Closes complete windows and judges them, and judges again the closed ones that late rows reached. Works from
 * committed state under the monitor's row lock, so any number of processes may run it at any moment: a window goes
 * from open to closed once, and a failure here never holds up the counting.
 */
export class WindowCloser {
  private running: Promise<void> | undefined;
  private again: { parent: TraceContext | undefined } | undefined;

  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly windows: WindowStore,
    private readonly watermarks: WatermarkStore,
    private readonly announcements: Announcements,
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
        for (const id of await this.windows.monitorsWithWork()) await this.closeMonitor(id, parent);
      } catch (error) {
        this.options.log.warn('closing windows failed, trying again', { error });
      }
    }
  }

  private async closeMonitor(id: string, parent: TraceContext | undefined): Promise<void> {
    try {
      if (!(await this.hasWork(id))) return;
      await inSpan('close windows', { kind: 'internal', parent, attributes: { 'drawbridge.monitor': id } }, () =>
        this.database.transaction((tx) => this.closeComplete(tx, id)),
      );
      this.options.closed();
    } catch (error) {
      this.options.log.error('a window could not be closed', { monitorId: id, error });
    }
  }

  /** A look without locks: most of the time nothing is complete. */
  private async hasWork(id: string): Promise<boolean> {
    const monitor = await this.monitors.find(id);
    if (monitor === undefined) return false;
    if (await this.windows.hasLate(id)) return true;
    const progress = await this.watermarks.progress((sql, parameters) => this.database.query(sql, parameters), id);
    const { close, ripe } = closable(await this.windows.open(id), progress, ruleOf(monitor));
    return close.length > 0 || ripe.length > 0;
  }

  private async closeComplete(tx: Transaction, id: string): Promise<void> {
    const monitor = await this.monitors.lock(tx, id);
    if (monitor === undefined) return;
    // Locked before their parts are read, so that no flush can add to a window between reading and closing.
    const open = await this.windows.lockOpen(tx, id);
    const progress = await this.watermarks.progress((sql, parameters) => rows(tx, sql, parameters), id);
    const { close, ripe } = closable(open, progress, ruleOf(monitor));
    const complete = new Set(close);
    await this.windows.ripen(tx, id, ripe);
    const late = await this.windows.takeLate(tx, id);
    const due = [...open.filter(({ startMs }) => complete.has(startMs)), ...late].sort((a, b) => a.startMs - b.startMs);
    if (due.length === 0) return;
    const baseline = monitor.baselineSha256 === null ? undefined : await this.baselines.get(monitor.baselineSha256);
    let newest = await this.windows.newestClosed(tx, id);
    let alarm = monitor.alarm;
    for (const window of due) {
      const retrospective = window.revision > 0 || window.startMs < newest;
      alarm = await this.closeOne(tx, { monitor, baseline, window, alarm, retrospective });
      newest = Math.max(newest, window.startMs);
    }
    if (alarm !== monitor.alarm) await this.monitors.setAlarm(tx, id, alarm);
    delaySeconds.set(
      { model: monitor.model, version: monitor.version },
      (this.options.now() - newest) / 1000 - monitor.settings.windowSeconds,
    );
  }

  private async closeOne(tx: Transaction, { monitor, baseline, window, alarm, retrospective }: Work): Promise<Alarm> {
    const layout = await this.baselines.layout(monitor.baselineSha256);
    const part = await this.windows.merged(tx, monitor.id, window.startMs, layout);
    const judgement = await this.judge(tx, monitor, baseline, window, part);
    const segments = part.segments === undefined ? undefined : segmentFindings(part, monitor.settings, judgement.skipped);
    const revision = window.revision + 1;
    const closed: ClosedWindow = {
      monitor,
      window: { ...window, revision },
      part,
      judgement,
      segments,
      baseline,
      eventId: windowClosedId(window.id, revision),
    };
    await this.windows.close(
      tx,
      { monitorId: monitor.id, startMs: window.startMs, revision, verdict: judgement.verdict, eventId: closed.eventId },
      part,
      { ...summaryOf(part, judgement), ...(segments === undefined ? {} : { segments }) },
    );
    await this.announcements.windowClosed(tx, closed);
    closedTotal.inc({ verdict: judgement.verdict });
    const episode = detectionId(monitor.id, window.id, 'drift');
    // A revised window says what it said before; its alarm may have ended meanwhile and must not begin a second time.
    const announced = window.verdict === 'alarming' || (window.revision > 0 && (await this.announcements.opened(tx, episode)));
    const step = nextAlarm(
      alarm,
      {
        verdict: judgement.verdict,
        severity: judgement.severity,
        features: [...new Set(judgement.features.filter((finding) => finding.alarming).map(({ feature }) => feature))],
        windowId: window.id,
        start: iso(window.startMs),
        end: iso(window.endMs),
        retrospective,
        announced,
        detectionId: episode,
        monitorClosed: monitor.status === 'closed',
      },
      monitor.settings.quietWindows,
    );
    await this.announcements.alarm(tx, closed, alarm, step);
    return step.next;
  }

  private async judge(
    tx: Transaction,
    monitor: Monitor,
    baseline: Baseline | undefined,
    window: StoredWindow,
    part: WindowPart,
  ): Promise<Judgement> {
    const { startMs, endMs } = window;
    const needed = windowsNeeded(startMs, endMs - startMs, SCALES);
    const before =
      baseline === undefined ? [] : await this.windows.countsBefore(tx, monitor.id, startMs, endMs - startMs, needed, baseline.layout);
    return judge({
      part,
      startMs,
      endMs,
      baseline: baseline?.document,
      settings: monitor.settings,
      recent: [...before, part.counts],
    });
  }
}

interface Work {
  readonly monitor: Monitor;
  readonly baseline: Baseline | undefined;
  readonly window: StoredWindow;
  readonly alarm: Alarm;
  readonly retrospective: boolean;
}

function ruleOf({ settings }: Monitor): ClosingRule {
  return {
    windowMs: settings.windowSeconds * 1000,
    latenessMs: settings.latenessSeconds * 1000,
    idleMs: settings.idleSeconds * 1000,
  };
}

function summaryOf(part: WindowPart, judgement: Judgement): WindowSummary {
  return {
    features: judgement.features,
    skipped: judgement.skipped,
    quality: judgement.quality,
    notes: judgement.notes,
    errors: part.errors,
    late: part.late,
    deduplicated: part.deduplicated,
    rejected: part.rejected,
    expected: part.announces ? part.n + part.dropped : null,
    latency: latencyOf(part),
    prediction: predictionOf(part),
  };
}
