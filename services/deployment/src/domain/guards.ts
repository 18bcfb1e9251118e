import type { FeatureFinding, GuardCheck, GuardVerdict, RolloutStep } from '@drawbridge/contracts';
import { newcombe } from '@drawbridge/drift';
import type { ArmWindow, WindowPair } from './arm-window.js';

/** Bounds of the guards, in the units of each. */
export interface GuardBounds {
  /** Error rate of the candidate above the stable one, as a share. */
  readonly errorRateMargin: number;
  /** p95 latency of the candidate against the stable one. */
  readonly latencyRatio: number;
  /** Below this difference in milliseconds a ratio says nothing. */
  readonly latencySlackMs: number;
}

export const defaultBounds: GuardBounds = { errorRateMargin: 0.01, latencyRatio: 1.25, latencySlackMs: 20 };

/** What the arms did over one period: each guard, the verdict over all, and who moved. */
export interface Comparison {
  readonly verdict: GuardVerdict;
  readonly checks: GuardCheck[];
  readonly summary: string;
  /** Neither arm helps: the inputs moved for both. */
  readonly worldMoved: boolean;
  /** Features that left the baseline only in the candidate. */
  readonly candidateOnly: readonly FeatureFinding[];
  /** Features that left the baseline in both arms. */
  readonly common: readonly FeatureFinding[];
}

/** Compares the candidate with the stable arm over one period. Pure: the windows and the bounds decide alone. */
export function compareArms(pair: WindowPair, step: RolloutStep, bounds: GuardBounds = defaultBounds): Comparison {
  const moved = whoMoved(pair);
  const checks = [driftGuard(pair, moved), errorGuard(pair, bounds), latencyGuard(pair, bounds), samplesGuard(pair, step)];
  const worldMoved = moved.common.length > 0 && moved.candidateOnly.length === 0;
  const verdict = worstVerdict(checks);
  return {
    verdict,
    checks,
    summary: summaryOf(verdict, checks, worldMoved),
    worldMoved,
    candidateOnly: moved.candidateOnly,
    common: moved.common,
  };
}

interface Moved {
  readonly candidateOnly: FeatureFinding[];
  readonly common: FeatureFinding[];
}

/**
 * Splits the candidate's alarming features by what the stable arm says of them. The stable arm has the larger sample, so a feature
 * that moved for all is seen there first; one that merely hovers at the threshold of both is not held against the candidate.
 */
function whoMoved({ candidate, stable }: WindowPair): Moved {
  const ofStable = strongestByFeature(stable.features);
  const candidateOnly: FeatureFinding[] = [];
  const common: FeatureFinding[] = [];
  for (const finding of strongestByFeature(candidate.features).values()) {
    if (!finding.alarming) continue;
    const other = ofStable.get(finding.feature);
    const sharedByBoth = other !== undefined && (other.alarming || finding.effect <= 2 * other.effect);
    (sharedByBoth ? common : candidateOnly).push(finding);
  }
  return { candidateOnly, common };
}

/** One finding per feature: a feature can be found by several tests and over several windows at once. */
function strongestByFeature(findings: readonly FeatureFinding[]): Map<string, FeatureFinding> {
  const strongest = new Map<string, FeatureFinding>();
  for (const finding of findings) {
    const before = strongest.get(finding.feature);
    const stronger =
      before === undefined ||
      (finding.alarming && !before.alarming) ||
      (finding.alarming === before.alarming && finding.effect > before.effect);
    if (stronger) strongest.set(finding.feature, finding);
  }
  return strongest;
}

function driftGuard({ candidate, stable }: WindowPair, moved: Moved): GuardCheck {
  const base = {
    guard: 'drift',
    candidate: strongestEffect(candidate),
    stable: strongestEffect(stable),
    candidateRows: candidate.n,
    stableRows: stable.n,
    bound: 'no feature leaves its baseline in the candidate alone',
  };
  if (!judged(candidate)) return { ...base, verdict: 'inconclusive', why: `the candidate's window was not judged (${candidate.verdict})` };
  if (moved.candidateOnly.length > 0) {
    if (!judged(stable))
      return { ...base, verdict: 'inconclusive', why: `the candidate moved, but the stable window was not judged (${stable.verdict})` };
    return { ...base, verdict: 'fail', why: `only the candidate moved: ${names(moved.candidateOnly)}` };
  }
  if (moved.common.length > 0) return { ...base, verdict: 'inconclusive', why: `both arms moved: ${names(moved.common)}` };
  return { ...base, verdict: 'pass', why: 'the candidate is at its baseline' };
}

function errorGuard({ candidate, stable }: WindowPair, bounds: GuardBounds): GuardCheck {
  const base = {
    guard: 'errors',
    candidate: rate(candidate),
    stable: rate(stable),
    candidateRows: candidate.n,
    stableRows: stable.n,
    bound: `error rate at most ${(bounds.errorRateMargin * 100).toFixed(1)} percentage points above stable`,
  };
  if (candidate.n === 0 || stable.n === 0) return { ...base, verdict: 'inconclusive', why: 'an arm has no rows' };
  const [low, high] = newcombe(candidate.errors, candidate.n, stable.errors, stable.n);
  const interval: [number, number] = [low, high];
  if (low > bounds.errorRateMargin) return { ...base, interval, verdict: 'fail', why: 'the candidate fails more often, beyond doubt' };
  if (high <= bounds.errorRateMargin) return { ...base, interval, verdict: 'pass', why: 'the candidate does not fail more often' };
  return { ...base, interval, verdict: 'inconclusive', why: 'too few rows to rule out more errors' };
}

/** The smallest sample from which a 95 % quantile is more than a handful of rows. */
const MIN_LATENCY_ROWS = 100;

function latencyGuard({ candidate, stable }: WindowPair, bounds: GuardBounds): GuardCheck {
  const base = {
    guard: 'latency',
    candidate: candidate.p95Ms,
    stable: stable.p95Ms,
    candidateRows: candidate.n,
    stableRows: stable.n,
    bound: `p95 at most ${String(bounds.latencyRatio)} times stable (differences below ${String(bounds.latencySlackMs)} ms pass)`,
  };
  if (candidate.p95Ms === null || stable.p95Ms === null) return { ...base, verdict: 'pass', why: 'no latencies were reported' };
  if (candidate.n < MIN_LATENCY_ROWS) return { ...base, verdict: 'inconclusive', why: 'too few rows for a p95' };
  const slower = candidate.p95Ms > stable.p95Ms * bounds.latencyRatio && candidate.p95Ms - stable.p95Ms > bounds.latencySlackMs;
  return slower
    ? { ...base, verdict: 'fail', why: 'the candidate is slower' }
    : { ...base, verdict: 'pass', why: 'the candidate is not slower' };
}

function samplesGuard({ candidate, stable }: WindowPair, step: RolloutStep): GuardCheck {
  const total = candidate.n + stable.n;
  const share = total === 0 ? 0 : candidate.n / total;
  const base = {
    guard: 'samples',
    candidate: candidate.n,
    stable: stable.n,
    candidateRows: candidate.n,
    stableRows: stable.n,
    bound: `at least ${String(step.minSamples)} rows and half of the step's share of ${String(step.weight)} %`,
  };
  if (candidate.n < step.minSamples)
    return { ...base, verdict: 'inconclusive', why: `${String(step.minSamples - candidate.n)} more rows are needed` };
  // A window that began before the step still carries the traffic of the step before: it proves nothing about this one.
  if (share * 100 < step.weight / 2) {
    return {
      ...base,
      verdict: 'inconclusive',
      why: `the window carries ${(share * 100).toFixed(1)} % of candidate traffic, the step gives ${String(step.weight)} %`,
    };
  }
  return { ...base, verdict: 'pass', why: 'enough rows' };
}

function worstVerdict(checks: readonly GuardCheck[]): GuardVerdict {
  if (checks.some((check) => check.verdict === 'fail')) return 'fail';
  return checks.some((check) => check.verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}

function summaryOf(verdict: GuardVerdict, checks: readonly GuardCheck[], worldMoved: boolean): string {
  if (verdict === 'pass') return 'the candidate is as good as the stable version';
  const deciding = checks.filter((check) => check.verdict === verdict);
  const reasons = deciding.map((check) => `${check.guard}: ${check.why}`).join('; ');
  return worldMoved ? `${reasons}; no version at hand can help` : reasons;
}

function judged(window: ArmWindow): boolean {
  return window.verdict === 'quiet' || window.verdict === 'alarming';
}

function strongestEffect(window: ArmWindow): number | null {
  if (window.features.length === 0) return null;
  return Math.max(...window.features.map((finding) => finding.effect));
}

function rate(window: ArmWindow): number | null {
  return window.n === 0 ? null : window.errors / window.n;
}

function names(findings: readonly FeatureFinding[]): string {
  return findings.map((finding) => `${finding.feature} (effect ${finding.effect.toFixed(3)})`).join(', ');
}
