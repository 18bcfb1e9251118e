import { alertBudget, type DetectionView, type DriftDetected, type FeatureFinding, type SegmentFinding } from '@drawbridge/contracts';
import type { AppendEvent, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { currentTraceId } from '@drawbridge/telemetry';
import type { AlarmStep } from '../domain/alarm.js';
import { distributionOf } from '../domain/distribution.js';
import { chooseExemplars } from '../domain/exemplars.js';
import { DETECTOR, type Judgement } from '../domain/judge.js';
import type { Alarm, Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import { carrierOf, MOST_ANNOUNCED } from '../domain/segments.js';
import { iso, latencyOf, predictionOf, windowCounts } from '../domain/summary.js';
import type { WindowPart } from '../domain/window-part.js';
import type { Baseline } from '../persistence/baseline.store.js';
import type { DetectionStore } from '../persistence/detection.store.js';
import { detectionEventId } from '../persistence/ids.js';
import type { PredictionStore } from '../persistence/prediction.store.js';
import type { StoredWindow } from '../persistence/window.store.js';

/** A window that is being closed, with the revision it gets. */
export interface ClosedWindow {
  readonly monitor: Monitor;
  readonly window: StoredWindow;
  readonly part: WindowPart;
  readonly judgement: Judgement;
  /** Undefined where none are declared. */
  readonly segments?: readonly SegmentFinding[] | undefined;
  readonly baseline: Baseline | undefined;
  /** Id of its `window.closed`. */
  readonly eventId: string;
}

/** Causes listed in an event. */
const MOST_CAUSES = 10;

/** Features listed in an event: it must stay far below the size limit of a message. */
const MOST_FEATURES = 100;

/** The events of closing: what a window was, and what the alarm made of it. */
export class Announcements {
  constructor(
    private readonly outbox: Outbox,
    private readonly detections: DetectionStore,
    private readonly predictions: PredictionStore,
  ) {}

  async windowClosed(tx: Transaction, closed: ClosedWindow): Promise<void> {
    const { monitor, window, part, judgement } = closed;
    await this.outbox.append(tx, {
      ...address(monitor, 'window.closed', closed.eventId),
      cause: monitor.cause,
      data: {
        ...identityOf(monitor),
        windowId: window.id,
        window: windowCounts(window, part),
        errors: part.errors,
        verdict: judgement.verdict,
        features: judgement.features.slice(0, MOST_FEATURES).map(briefly),
        skipped: judgement.skipped.slice(0, MOST_FEATURES),
        quality: judgement.quality.slice(0, MOST_FEATURES),
        latency: latencyOf(part),
        prediction: predictionOf(part),
        throughputPerSecond: (part.n * 1000) / (window.endMs - window.startMs),
        ...(closed.segments === undefined ? {} : { segments: closed.segments.slice(0, MOST_ANNOUNCED) }),
        url: `/api/v1/windows/${window.id}`,
      },
    });
  }

  /** Was this episode ever opened? It may be over by now. */
  opened(tx: Transaction, detectionId: string): Promise<boolean> {
    return this.detections.exists(tx, detectionId);
  }

  async alarm(tx: Transaction, closed: ClosedWindow, before: Alarm, { next, action }: AlarmStep): Promise<void> {
    switch (action.kind) {
      case 'stay':
        return;
      case 'open':
        if (next.state === 'open') await this.detected(tx, closed, next, 'opened');
        return;
      case 'escalate':
        if (next.state === 'open') await this.detected(tx, closed, next, 'escalated');
        return;
      case 'resolve':
        if (before.state === 'open') await this.resolved(tx, closed, before, action.windowsClear);
    }
  }

  private async detected(
    tx: Transaction,
    closed: ClosedWindow,
    alarm: Extract<Alarm, { state: 'open' }>,
    what: 'opened' | 'escalated',
  ): Promise<void> {
    const { monitor, window, part, judgement, baseline } = closed;
    if (baseline === undefined) return;
    const { settings } = monitor;
    const alarming = judgement.features.filter((finding) => finding.alarming);
    const features = [...new Set(alarming.map(({ feature }) => feature))];
    const candidates = await this.predictions.candidates(tx, monitor.id, window.startMs);
    const exemplars = chooseExemplars(candidates, baseline.layout, part.counts, features);
    const top = alarming[0]!;
    const { perWindows } = alertBudget(settings);
    const since = new Date(window.endMs - perWindows * settings.windowSeconds * 1000);
    const spent = (await this.detections.countSince(tx, monitor.id, since)) + (what === 'opened' ? 1 : 0);
    const data: AppendEvent<'drift.detected'>['data'] = {
      ...identityOf(monitor),
      monitorVersion: monitor.monitorVersion,
      detectionId: alarm.detectionId,
      kind: judgement.predictionOnly ? 'prediction' : 'data',
      scope: { features },
      windowId: window.id,
      window: windowCounts(window, part),
      baseline: { id: baseline.sha256.slice(0, 16), n: baseline.document.rows, sha256: baseline.sha256 },
      detector: {
        ...DETECTOR,
        params: { mode: judgement.mode, materiality: settings.materiality, assurance: settings.assurance, minRows: settings.minRows },
      },
      statistic: top.statistic,
      threshold: top.threshold,
      effect: { size: top.effect, words: effectWords(alarming) },
      features: judgement.features.slice(0, MOST_FEATURES),
      budget: { atMost: settings.budget.atMost, per: settings.budget.per, spent },
      severity: alarm.severity,
      consecutive: alarm.consecutive,
      exemplars,
      suspectedCauses: [...suspectedCauses(alarming), ...carriers(closed, features)].slice(0, MOST_CAUSES),
      evidenceUrl: `/api/v1/detections/${alarm.detectionId}`,
    };
    const eventId = detectionEventId(alarm.detectionId, window.id, what);
    if (what === 'opened') await this.freeze(tx, closed, data, eventId, features);
    else await this.detections.escalate(tx, alarm.detectionId, alarm.severity);
    await this.outbox.append(tx, { ...address(monitor, 'drift.detected', eventId), cause: causeOf(closed), data });
  }

  private async freeze(
    tx: Transaction,
    closed: ClosedWindow,
    data: AppendEvent<'drift.detected'>['data'],
    eventId: string,
    features: readonly string[],
  ): Promise<void> {
    const { monitor, window, part, baseline } = closed;
    const slots = baseline?.layout.slots.filter(({ name }) => features.includes(name)) ?? [];
    const traceId = currentTraceId();
    const evidence: DetectionView = {
      id: data.detectionId,
      monitorId: monitor.id,
      endpoint: monitor.endpoint,
      model: monitor.model,
      version: monitor.version,
      variant: monitor.variant,
      openedAt: iso(window.endMs),
      windowId: window.id,
      window: data.window,
      severity: data.severity,
      features: data.features,
      distributions: slots.map((slot) => distributionOf(slot, part.counts)),
      exemplars: data.exemplars,
      eventId,
      ...(traceId === undefined ? {} : { traceId }),
    };
    await this.detections.insert(tx, monitor.project, evidence);
  }

  private async resolved(
    tx: Transaction,
    closed: ClosedWindow,
    alarm: Extract<Alarm, { state: 'open' }>,
    windowsClear: number,
  ): Promise<void> {
    const { monitor, window } = closed;
    await this.detections.resolve(tx, alarm.detectionId, new Date(window.endMs));
    await this.outbox.append(tx, {
      ...address(monitor, 'drift.resolved', detectionEventId(alarm.detectionId, window.id, 'resolved')),
      cause: causeOf(closed),
      data: {
        ...identityOf(monitor),
        detectionId: alarm.detectionId,
        windowId: window.id,
        durationMs: window.endMs - Date.parse(alarm.since),
        windowsClear,
      },
    });
  }
}

function address<T extends 'window.closed' | 'drift.detected' | 'drift.resolved'>(monitor: Monitor, topic: T, id: string) {
  return { topic, id, ...addressOf(monitor), actor: SYSTEM };
}

/** What an alarm does is caused by the window; the chain goes on from the deployment. */
function causeOf({ monitor, eventId }: ClosedWindow): AppendEvent<'drift.detected'>['cause'] {
  return { id: eventId, chainId: monitor.cause.chainId, originTraceparent: monitor.cause.originTraceparent };
}

/** Windows are many: the cells that moved go along only where something is alarming. */
function briefly(finding: FeatureFinding): FeatureFinding {
  if (finding.alarming) return finding;
  const { topCells: _, ...rest } = finding;
  return rest;
}

function effectWords(alarming: readonly FeatureFinding[]): string {
  return alarming
    .slice(0, 3)
    .map(({ feature, words, topCells }) => {
      const cell = topCells?.[0];
      const moved = cell === undefined ? '' : ` (${cell.cell}: ${percent(cell.reference)} to ${percent(cell.window)})`;
      return `${feature}: ${words ?? 'moved'}${moved}`;
    })
    .join('; ');
}

function suspectedCauses(alarming: readonly FeatureFinding[]): DriftDetected['suspectedCauses'] {
  return alarming
    .filter(({ test }) => test?.endsWith('-rate') === true)
    .map(({ feature, test, words }) => ({ kind: test ?? 'rate', detail: `${feature}: ${words ?? ''}` }));
}

/** Segments without which a feature would not have moved. */
function carriers({ part, monitor }: ClosedWindow, features: readonly string[]): DriftDetected['suspectedCauses'] {
  return features.slice(0, MOST_CAUSES).flatMap((feature) => {
    const carrier = carrierOf(part, feature, monitor.settings);
    if (carrier === undefined) return [];
    const { key, value, rows, effect, without } = carrier;
    const detail = `${feature}: without the ${String(rows)} rows of ${key} ${value} its effect is ${without.toFixed(3)} instead of ${effect.toFixed(3)}`;
    return [{ kind: 'segment', detail, score: 1 - without / effect }];
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
