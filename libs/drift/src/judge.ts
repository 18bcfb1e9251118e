import type { BaselineDocument } from './baseline.js';
import { benjaminiHochberg } from './benjamini-hochberg.js';
import { levelOf } from './budget.js';
import type { CalendarCycle } from './feature.js';
import { type FeatureResult, judgeFeature, type ScaleResult } from './judge-feature.js';
import type { FeatureSlot } from './layout.js';
import { LEAST_PERIODS } from './periodic.js';
import { checkPolicy, type JudgePolicy } from './policy.js';
import { checkQuality, type FeatureQuality } from './quality.js';
import type { ScaleSum } from './scales.js';
import type { FeatureVerdict, WindowVerdict } from './verdict.js';
import type { WindowCounts } from './window-counts.js';

export interface WindowToJudge {
  readonly baseline: BaselineDocument;
  /** The base window. Its layout must come from the baseline. */
  readonly counts: WindowCounts;
  /** Sums for the larger scales that are due (`dueSums`); the base scale may be among them. */
  readonly sums?: readonly ScaleSum[];
  readonly policy: JudgePolicy;
  /** Calendar cycles that the base window covers as a whole number of times, e.g. `['hour']` for a day. */
  readonly covers?: readonly CalendarCycle[];
}

/** Below this many reference rows the budget is not promised. */
const ENOUGH_REFERENCE = 300;

/**
 * Judges one closed window against its baseline. Pure: the same counts give the same verdict, bit for bit.
 *
 * While the population has not moved by more than `materiality` in anything monitored, at least `assurance` of
 * references see at most `budget.atMost` alarming windows in `budget.perWindows` on average.
 */
export function judgeWindow(input: WindowToJudge): WindowVerdict {
  const { baseline, counts, policy } = input;
  checkPolicy(policy);
  const { slots } = counts.layout;
  if (counts.rows < policy.minRows) return insufficient(counts, slots, policy);

  const notes: string[] = [];
  if (baseline.rows < ENOUGH_REFERENCE) {
    notes.push(`The reference has ${baseline.rows} rows; below ${ENOUGH_REFERENCE} no false-alert budget is promised.`);
  }
  const skipped: { feature: string; reason: string }[] = [];
  const tested = slots.filter((slot) => {
    const reason = calendarReason(slot, input.covers ?? []);
    if (reason !== undefined) skipped.push({ feature: slot.name, reason });
    return reason === undefined;
  });
  const skippedCalendar = skipped.length > 0;
  const scales = [{ scale: 1, counts }, ...(input.sums ?? []).filter((sum) => sum.scale !== 1)];
  // Whatever calendar field is set aside, the model has seen it: its output moves with it from window to window.
  const judgeOne = (slot: FeatureSlot): FeatureResult | string =>
    skippedCalendar && slot.family === 'prediction' ? judgeOutput(input, slot, tested, scales) : judgeSlot(input, slot, tested, scales);
  const results: FeatureResult[] = [];
  for (const slot of tested) {
    const result = judgeOne(slot);
    if (typeof result === 'string') skipped.push({ feature: slot.name, reason: result });
    else results.push(result);
  }
  const features = markMoved(results, policy.materiality);
  features.sort((a, b) => Number(b.alarming) - Number(a.alarming) || b.statistic - a.statistic);
  const quality = qualityOf(slots, scales, policy);
  const alarming = features.some((f) => f.alarming) || quality.some((q) => q.alarms.length > 0);
  return { rows: counts.rows, judged: true, alarming, features, quality, skipped, notes };
}

/**
 * The model's output where an input is set aside for its calendar: only against the variation between the periods of
 * the reference, which hold that calendar, and only in the base window, which is as long as a period.
 */
function judgeOutput(
  input: WindowToJudge,
  slot: FeatureSlot,
  tested: readonly FeatureSlot[],
  scales: readonly ScaleSum[],
): FeatureResult | string {
  const periods = input.baseline.periods?.length ?? 0;
  if (slot.kind !== 'numeric' || periods < LEAST_PERIODS) {
    return `the output moves with a calendar field of the input; telling that from drift takes a score and ${LEAST_PERIODS} periods of reference`;
  }
  return judgeSlot({ ...input, policy: { ...input.policy, mode: 'periodic' } }, slot, tested, scales.slice(0, 1));
}

/** The feature's verdict at the scale where it stands out most, or why the base window could not be judged. */
function judgeSlot(
  { baseline, policy }: WindowToJudge,
  slot: FeatureSlot,
  tested: readonly FeatureSlot[],
  scales: readonly ScaleSum[],
): FeatureResult | string {
  const sharers = tested.filter((other) => other.family === slot.family).length;
  const results = scales.map(({ scale, counts }) =>
    judgeFeature({
      baseline,
      slot,
      counts,
      scale,
      policy,
      level: levelOf(policy.budget, slot.family, sharers, scale),
      assuranceTail: (1 - policy.assurance) / tested.length,
    }),
  );
  const most = results.reduce((best, result) => {
    if (typeof result === 'string') return best;
    return typeof best === 'string' || standsOut(result) > standsOut(best) ? result : best;
  });
  return typeof most === 'string' ? most : most.result();
}

/** False discovery rate of the list of features that moved. */
const DISCOVERY_RATE = 0.1;

function markMoved(results: readonly FeatureResult[], materiality: number): FeatureVerdict[] {
  if (!results.some(({ verdict }) => verdict.alarming)) return results.map(({ verdict }) => verdict);
  const rejected = benjaminiHochberg(
    results.map(({ logPAny }) => Math.exp(logPAny())),
    DISCOVERY_RATE,
  );
  return results.map(({ verdict }, i) => ({
    ...verdict,
    moved: verdict.alarming || (rejected[i]! && verdict.effect.size >= materiality),
  }));
}

function standsOut({ alarming, statistic, threshold }: ScaleResult): number {
  return (alarming ? 1e6 : 0) + statistic / threshold;
}

/** Rates of the base window, with the alarms of every scale. */
function qualityOf(slots: readonly FeatureSlot[], scales: readonly ScaleSum[], policy: JudgePolicy): FeatureQuality[] {
  const [base, ...larger] = scales.map(({ scale, counts }) => checkQuality(slots, counts, policy, scale));
  return base!.map((quality, i) => {
    const found = new Set(quality.alarms.map(({ check }) => check));
    const more = larger.flatMap((list) => list[i]!.alarms).filter(({ check }) => !found.has(check) && found.add(check));
    return { ...quality, alarms: [...quality.alarms, ...more] };
  });
}

/** Why a calendar field is not tested here, nothing when it may be. */
function calendarReason({ feature }: FeatureSlot, covers: readonly CalendarCycle[]): string | undefined {
  if (feature.kind !== 'calendar') return undefined;
  if (feature.calendar === 'weekday') return 'a weekday is never tested: windows differ in it by nature';
  if (covers.includes(feature.calendar)) return undefined;
  return 'an hour of the day is tested only in windows that cover the day';
}

function insufficient(counts: WindowCounts, slots: readonly FeatureSlot[], policy: JudgePolicy): WindowVerdict {
  const reason = `the window has ${counts.rows} rows, fewer than ${policy.minRows}`;
  return {
    rows: counts.rows,
    judged: false,
    alarming: false,
    features: [],
    quality: [],
    skipped: slots.map((slot) => ({ feature: slot.name, reason })),
    notes: [],
  };
}
