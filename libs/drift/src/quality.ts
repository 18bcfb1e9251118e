import { type AlertBudget, levelOf } from './budget.js';
import { wilson } from './intervals/wilson.js';
import type { FeatureSlot } from './layout.js';
import { logBinomialTail } from './special/beta.js';
import type { WindowCounts } from './window-counts.js';

export type QualityCheck = 'missing' | 'invalid' | 'unseen' | 'out-of-range';

export interface QualityAlarm {
  readonly check: QualityCheck;
  readonly rate: number;
  /** Rate to expect from the reference. */
  readonly expected: number;
  readonly statistic: number;
  readonly threshold: number;
}

/** Shares of a feature's rows that are not ordinary values of it. */
export interface FeatureQuality {
  readonly feature: string;
  readonly missing: number;
  readonly invalid: number;
  /** Rows whose category the reference never held. */
  readonly unseen: number;
  /** Rows outside the least and greatest value of the reference. */
  readonly outOfRange: number;
  readonly alarms: readonly QualityAlarm[];
}

export interface QualityPolicy {
  readonly budget: AlertBudget;
  readonly assurance: number;
  /** A rate may rise by this much (share of rows) before it matters. */
  readonly qualityTolerance: number;
}

/**
 * Counts of missing, invalid, unseen and out-of-range values against learned rates: one-sided exact binomial tails.
 * A few unseen or out-of-range values are expected of any sample: singletons/n (Good-Turing) and 2/(n+1).
 */
export function checkQuality(slots: readonly FeatureSlot[], window: WindowCounts, policy: QualityPolicy, scale: number): FeatureQuality[] {
  const checks = slots.map((slot) => checksOf(slot, window));
  const tested = checks.reduce((sum, list) => sum + list.length, 0);
  const logLevel = Math.log(levelOf(policy.budget, 'quality', tested, scale));
  return slots.map((slot, i) => {
    const rate = (count: number): number => (window.rows > 0 ? count / window.rows : 0);
    const alarms = checks[i]!.flatMap((check) => judge(check, window.rows, policy, tested, logLevel));
    return {
      feature: slot.name,
      missing: rate(window.missing(slot.index)),
      invalid: rate(window.invalid(slot.index)),
      unseen: rate(window.unseen(slot.index)),
      outOfRange: rate(window.outOfRange(slot.index)),
      alarms,
    };
  });
}

interface Check {
  readonly check: QualityCheck;
  readonly seen: number;
  /** Rows of the reference to which the rate belongs, and how many of them it was expected of. */
  readonly expectedCount: number;
  readonly n: number;
}

function checksOf(slot: FeatureSlot, window: WindowCounts): Check[] {
  const { feature, index, cells } = slot;
  const n = feature.counts.reduce((sum, c) => sum + c, 0);
  const checks: Check[] = [
    { check: 'missing', seen: window.missing(index), expectedCount: feature.counts[cells]!, n },
    { check: 'invalid', seen: window.invalid(index), expectedCount: feature.counts[cells + 1]!, n },
  ];
  if (feature.kind === 'numeric') {
    checks.push({ check: 'out-of-range', seen: window.outOfRange(index), expectedCount: (2 * n) / (n + 1), n });
  }
  if (feature.kind === 'categorical' && !feature.othersTruncated) {
    checks.push({ check: 'unseen', seen: window.unseen(index), expectedCount: feature.singletons, n });
  }
  return checks;
}

function judge(check: Check, rows: number, policy: QualityPolicy, tested: number, logLevel: number): QualityAlarm[] {
  const { seen, expectedCount, n } = check;
  const [, upper] = wilson(Math.min(n, expectedCount), n, (2 * (1 - policy.assurance)) / tested);
  const allowed = upper + policy.qualityTolerance;
  if (seen <= allowed * rows) return [];
  const logP = logBinomialTail(seen, rows, allowed);
  if (logP > logLevel) return [];
  return [
    {
      check: check.check,
      rate: seen / rows,
      expected: expectedCount / n,
      statistic: -logP / Math.LN10,
      threshold: -logLevel / Math.LN10,
    },
  ];
}
