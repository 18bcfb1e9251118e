import { SCALES } from '@drawbridge/drift';
import { afterCommit, type Transaction } from '@drawbridge/postgres';
import { metrics } from '@drawbridge/telemetry';
import { nextAlarm } from '../domain/alarm.js';
import { judge, type Judgement, windowsNeeded } from '../domain/judge.js';
import type { Alarm, Monitor } from '../domain/monitor.js';
import { segmentFindings } from '../domain/segments.js';
import { iso, latencyOf, predictionOf } from '../domain/summary.js';
import type { WindowPart } from '../domain/window-part.js';
import type { Baseline, BaselineStore } from '../persistence/baseline.store.js';
import type { ClosingStore, WindowKey } from '../persistence/closing.store.js';
import { detectionId, windowClosedId } from '../persistence/ids.js';
import type { StoredWindow, WindowSummary } from '../persistence/window.store.js';
import type { Announcements } from './announcements.js';
import type { AlarmTurn, ClosedWindow } from './event-data.js';

const closedTotal = metrics.counter('drawbridge_monitoring_windows_closed_total', 'Windows closed or revised, by verdict', ['verdict']);

/** A window that is complete, of a monitor that is locked. */
export interface Work {
  readonly monitor: Monitor;
  readonly window: StoredWindow;
  readonly alarm: Alarm;
  readonly retrospective: boolean;
}

/** Judges and closes one window of each of many monitors, with the same few statements as one of them would take. */
export class ClosingRound {
  constructor(
    private readonly baselines: BaselineStore,
    private readonly windows: ClosingStore,
    private readonly announcements: Announcements,
  ) {}

  /** The alarms as they are afterwards, by monitor. */
  async close(tx: Transaction, works: readonly Work[]): Promise<Map<string, Alarm>> {
    const closed = await this.judged(tx, works);
    await this.windows.close(
      tx,
      closed.map(({ monitor, window, part, judgement, segments, eventId }) => ({
        monitorId: monitor.id,
        startMs: window.startMs,
        revision: window.revision,
        verdict: judgement.verdict,
        eventId,
        part,
        summary: { ...summaryOf(part, judgement), ...(segments === undefined ? {} : { segments }) },
      })),
    );
    await this.announcements.windowsClosed(tx, closed);
    afterCommit(tx, () => {
      for (const { judgement } of closed) closedTotal.inc({ verdict: judgement.verdict });
    });
    const episodes = works.map(({ monitor, window }) => detectionId(monitor.id, window.id, 'drift'));
    const opened = await this.announcements.opened(
      tx,
      episodes.filter((_, index) => works[index]!.window.revision > 0),
    );
    const turns = works.map((work, index) => turnOf(work, closed[index]!, episodes[index]!, opened.has(episodes[index]!)));
    await this.announcements.alarms(tx, turns);
    return new Map(turns.map(({ closed: { monitor }, step }) => [monitor.id, step.next]));
  }

  private async judged(tx: Transaction, works: readonly Work[]): Promise<ClosedWindow[]> {
    const read: (WindowKey & { readonly baseline: Baseline | undefined; readonly most: number })[] = [];
    for (const { monitor, window } of works) {
      const { baselineSha256 } = monitor;
      const baseline = baselineSha256 === null ? undefined : await this.baselines.get(baselineSha256);
      const { startMs, endMs } = window;
      const most = baseline === undefined ? 0 : windowsNeeded(startMs, endMs - startMs, SCALES);
      read.push({ monitorId: monitor.id, startMs, endMs, baseline, layout: await this.baselines.layout(baselineSha256), most });
    }
    const parts = await this.windows.merged(tx, read);
    const before = await this.windows.countsBefore(tx, read);
    return works.map(({ monitor, window }, index) => {
      const { baseline } = read[index]!;
      const part = parts[index]!;
      const judgement = judgementOf(monitor, baseline, window, part, before[index]!);
      const segments = part.segments === undefined ? undefined : segmentFindings(part, monitor.settings, judgement.skipped);
      const revision = window.revision + 1;
      const eventId = windowClosedId(window.id, revision);
      return { monitor, window: { ...window, revision }, part, judgement, segments, baseline, eventId };
    });
  }
}

function judgementOf(
  { settings }: Monitor,
  baseline: Baseline | undefined,
  { startMs, endMs }: StoredWindow,
  part: WindowPart,
  before: readonly WindowPart['counts'][],
): Judgement {
  return judge({ part, startMs, endMs, baseline: baseline?.document, settings, recent: [...before, part.counts] });
}

function turnOf({ monitor, window, alarm, retrospective }: Work, closed: ClosedWindow, episode: string, opened: boolean): AlarmTurn {
  const { judgement } = closed;
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
      // A revised window says what it said before; its alarm may have ended meanwhile and must not begin a second time.
      announced: window.verdict === 'alarming' || opened,
      detectionId: episode,
      monitorClosed: monitor.status === 'closed',
    },
    monitor.settings.quietWindows,
  );
  return { closed, before: alarm, step };
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
