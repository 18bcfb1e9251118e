import { alertBudget, type DriftDetected, type Exemplar, type FeatureFinding, type SegmentFinding } from '@drawbridge/contracts';
import type { AppendEvent } from '@drawbridge/outbox';
import { currentTraceId } from '@drawbridge/telemetry';
import type { AlarmStep } from '../domain/alarm.js';
import { distributionOf } from '../domain/distribution.js';
import { DETECTOR, type Judgement } from '../domain/judge.js';
import type { Alarm, Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import { carrierOf, MOST_ANNOUNCED } from '../domain/segments.js';
import { iso, latencyOf, predictionOf, windowCounts } from '../domain/summary.js';
import type { WindowPart } from '../domain/window-part.js';
import type { Baseline } from '../persistence/baseline.store.js';
import type { Evidence } from '../persistence/detection.store.js';
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

/** What a window made of the alarm of its monitor. */
export interface AlarmTurn {
  readonly closed: ClosedWindow;
  readonly before: Alarm;
  readonly step: AlarmStep;
}

/** Causes listed in an event. */
const MOST_CAUSES = 10;

/** Features listed in an event: it must stay far below the size limit of a message. */
const MOST_FEATURES = 100;

/** An alarm that opened or got worse with a window. */
export interface Episode {
  readonly closed: ClosedWindow;
  readonly baseline: Baseline;
  readonly alarm: Extract<Alarm, { state: 'open' }>;
  readonly what: 'opened' | 'escalated';
  readonly alarming: readonly FeatureFinding[];
  /** Names of those, each once. */
  readonly features: readonly string[];
}

export function episodeOf({ closed, step: { next, action } }: AlarmTurn): Episode[] {
  const { baseline, judgement } = closed;
  if (next.state !== 'open' || baseline === undefined) return [];
  const alarming = judgement.features.filter((finding) => finding.alarming);
  const features = [...new Set(alarming.map(({ feature }) => feature))];
  return [{ closed, baseline, alarm: next, what: action.kind === 'open' ? 'opened' : 'escalated', alarming, features }];
}

export function budgetOf({ closed: { monitor, window } }: Episode): { monitorId: string; since: Date } {
  const { settings } = monitor;
  const { perWindows } = alertBudget(settings);
  return { monitorId: monitor.id, since: new Date(window.endMs - perWindows * settings.windowSeconds * 1000) };
}

export function closedData({ monitor, window, part, judgement, segments }: ClosedWindow): AppendEvent<'window.closed'>['data'] {
  return {
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
    ...(segments === undefined ? {} : { segments: segments.slice(0, MOST_ANNOUNCED) }),
    url: `/api/v1/windows/${window.id}`,
  };
}

type Drift = AppendEvent<'drift.detected'>['data'];

export function driftOf({ closed, baseline, alarm, alarming, features }: Episode, spent: number, exemplars: Exemplar[]): Drift {
  const { monitor, window, part, judgement } = closed;
  const { settings } = monitor;
  const top = alarming[0]!;
  return {
    ...identityOf(monitor),
    monitorVersion: monitor.monitorVersion,
    detectionId: alarm.detectionId,
    kind: judgement.predictionOnly ? 'prediction' : 'data',
    scope: { features: [...features] },
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
}

/** What is kept of an episode as it began. */
export function evidenceOf({ closed, baseline, features }: Episode, data: Drift, eventId: string): Evidence {
  const { monitor, window, part } = closed;
  const slots = baseline.layout.slots.filter(({ name }) => features.includes(name));
  const traceId = currentTraceId();
  return {
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
}

export function address<T extends 'window.closed' | 'drift.detected' | 'drift.resolved'>(monitor: Monitor, topic: T, id: string) {
  return { topic, id, ...addressOf(monitor), actor: SYSTEM };
}

/** What an alarm does is caused by the window; the chain goes on from the deployment. */
export function causeOf({ monitor, eventId }: ClosedWindow): AppendEvent<'drift.detected'>['cause'] {
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
