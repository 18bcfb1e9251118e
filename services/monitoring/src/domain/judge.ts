import { alertBudget, type CompleteSettings, type FeatureFinding, type Severity, type WindowClosed } from '@drawbridge/contracts';
import {
  type BaselineDocument,
  type CalendarCycle,
  dueSums,
  type FeatureQuality,
  type FeatureVerdict,
  judgeWindow,
  type QualityAlarm,
  type WindowCounts,
} from '@drawbridge/drift';
import type { WindowPart } from './window-part.js';

const DAY_MS = 86_400_000;

/** Fewer reference periods than this cannot say what varies from period to period. */
const ENOUGH_PERIODS = 20;

/** A rate of missing, invalid, unseen or out-of-range values may rise by this share of the rows. */
const QUALITY_TOLERANCE = 0.01;

export const DETECTOR = { name: 'ns3-chi16-cell', version: '1' } as const;

export interface Judgement {
  readonly verdict: WindowClosed['verdict'];
  readonly severity: Severity;
  /** Everything tested, most alarming first. */
  readonly features: readonly FeatureFinding[];
  readonly skipped: readonly { feature: string; reason: string }[];
  readonly quality: WindowClosed['quality'];
  /** The only alarms are those of the model's own output. */
  readonly predictionOnly: boolean;
  readonly notes: readonly string[];
  readonly mode: 'assured' | 'periodic' | 'none';
}

export interface WindowToJudge {
  readonly part: WindowPart;
  readonly startMs: number;
  readonly endMs: number;
  readonly baseline: BaselineDocument | undefined;
  readonly settings: CompleteSettings;
  /** Counts of this window and of those right before it, in time order, as many as are there without a gap. */
  readonly recent: readonly WindowCounts[];
}

/** Judges a complete window. Pure: the same rows always get the same judgement. */
export function judge(input: WindowToJudge): Judgement {
  const { part, baseline, settings, startMs, endMs } = input;
  if (baseline === undefined) return unjudged();
  const mode = modeOf(baseline, settings);
  const verdict = judgeWindow({
    baseline,
    counts: part.counts,
    sums: dueSums(startMs / (endMs - startMs), input.recent),
    policy: {
      materiality: settings.materiality,
      assurance: settings.assurance,
      budget: alertBudget(settings),
      minRows: settings.minRows,
      qualityTolerance: QUALITY_TOLERANCE,
      mode,
    },
    covers: cyclesCovered(part, startMs, endMs),
  });
  const findings = [...verdict.features.map(findingOf), ...verdict.quality.flatMap(qualityFindings)];
  findings.sort((a, b) => Number(b.alarming) - Number(a.alarming) || b.effect - a.effect || (a.feature < b.feature ? -1 : 1));
  const predictions = new Set(verdict.features.filter(({ family }) => family === 'prediction').map(({ feature }) => feature));
  return {
    verdict: verdict.judged ? (verdict.alarming ? 'alarming' : 'quiet') : 'insufficient',
    severity: severityOf(findings, settings.materiality),
    features: findings,
    skipped: verdict.skipped,
    quality: verdict.quality.map(({ feature, missing, invalid, unseen, outOfRange }) => ({
      feature,
      missing,
      invalid,
      unseen,
      outOfRange,
    })),
    predictionOnly: verdict.alarming && findings.every(({ feature, alarming }) => !alarming || predictions.has(feature)),
    notes: verdict.notes,
    mode,
  };
}

/** How many windows before this one the largest scale due reaches. */
export function windowsNeeded(startMs: number, windowMs: number, scales: readonly number[]): number {
  return Math.max(...scales.filter((scale) => (startMs / windowMs + 1) % scale === 0)) - 1;
}

function unjudged(): Judgement {
  const none: readonly never[] = [];
  return {
    verdict: 'unjudged',
    severity: 'low',
    features: none,
    skipped: none,
    quality: [],
    predictionOnly: false,
    notes: ['The version has no baseline: windows are counted, not judged.'],
    mode: 'none',
  };
}

function modeOf(baseline: BaselineDocument, settings: CompleteSettings): 'assured' | 'periodic' {
  const periods = baseline.periods?.length ?? 0;
  return periods >= ENOUGH_PERIODS && baseline.periodSeconds === settings.windowSeconds ? 'periodic' : 'assured';
}

/** Hours of the day are compared only when the rows reach to within a quarter of a day of both ends of the window. */
export function cyclesCovered(part: WindowPart, startMs: number, endMs: number): CalendarCycle[] {
  const whole = endMs - startMs >= DAY_MS && (endMs - startMs) % DAY_MS === 0;
  const reached = part.firstMs - startMs <= DAY_MS / 4 && endMs - part.lastMs <= DAY_MS / 4;
  return whole && reached ? ['hour'] : [];
}

function findingOf(verdict: FeatureVerdict): FeatureFinding {
  const { feature, effect, statistic, threshold, alarming, moved, test, topCells, scale } = verdict;
  const shrink = shrinkage(verdict);
  return {
    feature,
    effect: effect.size * shrink,
    interval: [effect.low * shrink, effect.high * shrink],
    words: scale === 1 ? effect.words : `${effect.words}, over ${scale} windows`,
    statistic,
    threshold,
    alarming,
    ...(moved && { moved }),
    test,
    topCells: topCells.map(({ cell, reference, window, contribution }) => ({ cell, reference, window, contribution })),
  };
}

/**
 * The effect is a chi-square distance, which equals the PSI for small change only: where the reference held next to
 * nothing it grows without bound. There the PSI itself, which is smoothed, is what people can compare.
 */
function shrinkage({ effect, distances, scale }: FeatureVerdict): number {
  return scale === 1 && effect.of === 'distribution' && effect.size > distances.psi && effect.size > 1 ? distances.psi / effect.size : 1;
}

function qualityFindings(quality: FeatureQuality): FeatureFinding[] {
  return quality.alarms.map((alarm) => ({
    feature: quality.feature,
    effect: rateEffect(alarm),
    words: `${percent(alarm.rate)} ${alarm.check}, ${percent(alarm.expected)} expected`,
    statistic: alarm.statistic,
    threshold: alarm.threshold,
    alarming: true,
    test: `${alarm.check}-rate`,
  }));
}

/** A changed rate on the scale of the other effects: PSI of two cells, with half a percent as the least rate. */
function rateEffect({ rate, expected }: QualityAlarm): number {
  const p = Math.min(0.995, Math.max(0.005, expected));
  const q = Math.min(0.995, Math.max(0.005, rate));
  return (q - p) * Math.log(q / p) + (p - q) * Math.log((1 - q) / (1 - p));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function severityOf(findings: readonly FeatureFinding[], materiality: number): Severity {
  const alarming = findings.filter((finding) => finding.alarming);
  const most = Math.max(0, ...alarming.map(({ effect }) => effect));
  if (most >= 25 * materiality) return 'critical';
  if (most >= 5 * materiality) return 'high';
  return alarming.some(({ interval }) => interval === undefined || interval[0] >= materiality) ? 'medium' : 'low';
}
