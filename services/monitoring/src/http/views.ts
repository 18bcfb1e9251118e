import type { DriftMatrixView, MonitorView, PredictionView, WindowView } from '@drawbridge/contracts';
import type { Monitor } from '../domain/monitor.js';
import { iso, windowCounts } from '../domain/summary.js';
import type { Baseline } from '../persistence/baseline.store.js';
import { windowId } from '../persistence/ids.js';
import type { StoredPrediction } from '../persistence/prediction.store.js';
import type { StoredWindow } from '../persistence/window.store.js';

export function monitorView(monitor: Monitor, baseline: Baseline | undefined, lastEventAt: Date | undefined): MonitorView {
  const { alarm, weight } = monitor;
  return {
    id: monitor.id,
    project: monitor.project,
    endpoint: monitor.endpoint,
    deploymentId: monitor.deploymentId,
    model: monitor.model,
    version: monitor.version,
    variant: monitor.variant,
    ...(weight === null ? {} : { weight }),
    status: monitor.status,
    monitorVersion: monitor.monitorVersion,
    settings: monitor.settings,
    features: (baseline?.document.features ?? []).map((feature) => ({
      name: feature.name,
      kind: feature.kind,
      ...(feature.kind === 'calendar' ? { calendar: feature.calendar } : {}),
    })),
    ...(baseline === undefined
      ? {}
      : { baseline: { id: baseline.sha256.slice(0, 16), n: baseline.document.rows, sha256: baseline.sha256 } }),
    ...(alarm.state === 'quiet' ? {} : { alarm: { detectionId: alarm.detectionId, since: alarm.since, features: [...alarm.features] } }),
    ...(lastEventAt === undefined ? {} : { lastEventAt: lastEventAt.toISOString() }),
    createdAt: monitor.createdAt.toISOString(),
  };
}

export function windowView(window: StoredWindow): WindowView {
  const { summary, n } = window;
  const expected = summary?.expected ?? null;
  const part = {
    n,
    dropped: expected === null ? 0 : expected - n,
    announces: expected !== null,
    late: summary?.late ?? 0,
    deduplicated: summary?.deduplicated ?? 0,
    rejected: summary?.rejected ?? 0,
  };
  return {
    id: window.id,
    monitorId: window.monitorId,
    window: windowCounts(window, part),
    status: window.status,
    verdict: window.verdict ?? 'unjudged',
    features: [...(summary?.features ?? [])],
    skipped: [...(summary?.skipped ?? [])],
    quality: [...(summary?.quality ?? [])],
    notes: [...(summary?.notes ?? [])],
    errors: summary?.errors ?? 0,
    latency: summary?.latency ?? null,
    prediction: summary?.prediction ?? null,
  };
}

/** Windows in time order; a feature's strongest finding stands for it. */
/** What a window says of its features, and of how many rows. */
export interface MatrixColumn {
  readonly window: StoredWindow;
  readonly n: number;
  readonly features: readonly { readonly feature: string; readonly effect: number; readonly alarming: boolean; readonly words?: string }[];
}

/** Of all rows. */
export function columnOf(window: StoredWindow): MatrixColumn {
  return { window, n: window.n, features: window.summary?.features ?? [] };
}

export function driftMatrix(monitorId: string, columns: readonly MatrixColumn[]): DriftMatrixView {
  const names = [...new Set(columns.flatMap(({ features }) => features.map(({ feature }) => feature)))];
  return {
    monitorId,
    windows: columns.map(({ window, n }) => ({
      id: window.id,
      start: iso(window.startMs),
      end: iso(window.endMs),
      n,
      verdict: window.verdict ?? 'unjudged',
    })),
    features: names.sort().map((feature) => ({
      feature,
      values: columns.map(({ features }) => {
        const finding = features.find((one) => one.feature === feature);
        if (finding === undefined) return null;
        const { effect, alarming, words } = finding;
        return { effect, alarming, ...(words === undefined ? {} : { words }) };
      }),
    })),
  };
}

export function predictionView(prediction: StoredPrediction, monitor: Monitor): PredictionView {
  const { score, outputClass, latencyMs, traceId, label } = prediction;
  return {
    predictionId: prediction.predictionId,
    project: prediction.project,
    time: prediction.time.toISOString(),
    monitorId: monitor.id,
    windowId: windowId(monitor.id, prediction.windowStartMs),
    windowStart: iso(prediction.windowStartMs),
    endpoint: monitor.endpoint,
    model: monitor.model,
    version: monitor.version,
    features: prediction.features as PredictionView['features'],
    output: { ...(score === null ? {} : { score }), ...(outputClass === null ? {} : { value: outputClass }) },
    status: prediction.failed ? 'error' : 'ok',
    ...(latencyMs === null ? {} : { latencyMs }),
    ...(traceId === null ? {} : { traceId }),
    ...(label === null ? {} : { label: { ...label, observedAt: label.observedAt.toISOString() } }),
  };
}
