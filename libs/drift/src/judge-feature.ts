import { type ComparableCells, comparableCells } from './cells.js';
import { distancesOf } from './registry.js';
import { type Effect, effectWords } from './effect.js';
import type { BaselineDocument } from './baseline.js';
import type { FeatureSlot } from './layout.js';
import { periodicTest, periodsOfSlot } from './periodic.js';
import type { JudgePolicy } from './policy.js';
import { movedCells, reportingOf, sumGroups } from './reporting.js';
import { assuredChiSquare, chiSquareEffect, logAssuredP, type TestResult } from './tests/chi-square.js';
import { maxCellTest } from './tests/max-cell.js';
import { type Ns3Reference, ns3Reference, ns3Test } from './tests/ns3.js';
import type { FeatureVerdict } from './verdict.js';
import type { WindowCounts } from './window-counts.js';

type Driver = FeatureVerdict['effect']['of'];

/** What one scale says of a feature, as far as scales are compared; the rest is made for the one that stands out. */
export interface ScaleResult extends Pick<FeatureVerdict, 'alarming' | 'statistic' | 'threshold'> {
  readonly result: () => FeatureResult;
}

/** A verdict before the features of a window are compared with each other. */
export interface FeatureResult {
  readonly verdict: FeatureVerdict;
  /** ln p of "nothing moved at all": no materiality, only the reference's own error. Computed when asked for. */
  readonly logPAny: () => number;
}

interface Tested extends TestResult {
  readonly test: string;
  readonly of: Driver;
}

export interface FeatureTest {
  readonly baseline: BaselineDocument;
  readonly slot: FeatureSlot;
  readonly counts: WindowCounts;
  readonly scale: number;
  readonly level: number;
  /** One minus the assurance, divided by the features that share it. */
  readonly assuranceTail: number;
  readonly policy: JudgePolicy;
}

/** The normal scores of the reference, fixed once per baseline feature. */
const scored = new WeakMap<FeatureSlot, { readonly ns3: Ns3Reference | undefined }>();

function scoresOf(slot: FeatureSlot): Ns3Reference | undefined {
  let found = scored.get(slot);
  if (found === undefined) {
    found = { ns3: slot.kind === 'numeric' ? ns3Reference(slot.feature.counts, slot.cells) : undefined };
    scored.set(slot, found);
  }
  return found.ns3;
}

/** Judges one feature at one scale, or says why it cannot be judged. */
export function judgeFeature(test: FeatureTest): ScaleResult | string {
  const { slot, counts, policy, level, scale } = test;
  const window = counts.cells(slot.index);
  const reference = slot.feature.counts;
  const n = total(window, slot.cells);
  if (n < policy.minRows) return `${n} rows with a valid value, fewer than ${policy.minRows}`;
  if (total(reference, slot.cells) === 0) return 'the reference has no valid value of it';
  const tests = slot.kind === 'numeric' ? numericTests(test, window) : cellTests(test, window);
  if (tests.length === 0) return 'the reference holds a single value';

  const strongest = tests.reduce((best, t) => (t.logP < best.logP ? t : best));
  const distribution = tests.find((t) => t.of === 'distribution');
  const significant = strongest.logP <= Math.log(level);
  const periodic = significant ? outsidePeriods(test, window) : undefined;
  const alarming = significant && strongest.effect.low > policy.materiality && periodic !== 'inside';
  const shown = alarming ? strongest : (distribution ?? strongest);
  const found = { statistic: -strongest.logP / Math.LN10 + 0, threshold: -Math.log10(level), alarming };
  const result = (): FeatureResult => {
    const { groups, labels, reference: before } = reportingOf(slot);
    const { effect } = shown;
    const verdict: FeatureVerdict = {
      feature: slot.name,
      kind: slot.kind,
      family: slot.family,
      n,
      scale,
      effect: { ...effect, words: effectWords(effect, policy.materiality), of: shown.of },
      pValue: Math.exp(strongest.logP),
      ...found,
      moved: alarming,
      test: strongest.test,
      distances: distancesOf(slot, window),
      topCells: movedCells(before, sumGroups(window, groups), labels),
    };
    return { verdict, logPAny: () => anyChange(test, window) };
  };
  return { ...found, result };
}

/**
 * How far some rows lie from the reference in one feature, on its reporting bins. Nothing is tested, so nothing is spent of
 * the budget. Undefined where too few cells can be compared.
 */
export function distributionEffect(slot: FeatureSlot, window: ArrayLike<number>): Effect | undefined {
  const coarse = inReportingBins(slot, window);
  return coarse.reference.length > 1 ? chiSquareEffect(coarse) : undefined;
}

/** ln p of the distribution test without materiality. */
function anyChange({ slot, assuranceTail }: FeatureTest, window: Uint32Array): number {
  const coarse = inReportingBins(slot, window);
  return coarse.reference.length > 1 ? logAssuredP(coarse, 0, assuranceTail) : 0;
}

function inReportingBins(slot: FeatureSlot, window: ArrayLike<number>): ComparableCells {
  const { groups, reference } = reportingOf(slot);
  return comparableCells(reference, sumGroups(window, groups), reference.length);
}

/** Half the level for the normal-score components, a quarter each for the reporting bins and for the largest cell. */
function numericTests({ slot, policy, assuranceTail }: FeatureTest, window: Uint32Array): Tested[] {
  const ns3 = scoresOf(slot);
  const tests: Tested[] = [];
  if (ns3) {
    const result = ns3Test(ns3, window, policy.materiality, assuranceTail);
    tests.push(weighted(result, 2, 'ns3', result.component));
  }
  const coarse = inReportingBins(slot, window);
  if (coarse.reference.length > 1) {
    tests.push(weighted(assuredChiSquare(coarse, policy.materiality, assuranceTail), 4, 'chi-square', 'distribution'));
  }
  const fine = comparableCells(slot.feature.counts, window, slot.cells);
  tests.push(weighted(maxCellTest(fine, policy.materiality, assuranceTail), 4, 'max-cell', 'cell'));
  return tests;
}

/** The whole level for the chi-square; where all but one cell are too thin for it, for the largest cell. */
function cellTests({ slot, policy, assuranceTail }: FeatureTest, window: Uint32Array): Tested[] {
  const cells = comparableCells(slot.feature.counts, window, slot.cells);
  if (cells.reference.length > 1) {
    return [weighted(assuredChiSquare(cells, policy.materiality, assuranceTail), 1, 'chi-square', 'distribution')];
  }
  return [];
}

function outsidePeriods({ baseline, slot, policy, level, scale }: FeatureTest, window: Uint32Array): 'inside' | undefined {
  const ns3 = scoresOf(slot);
  if (policy.mode !== 'periodic' || scale !== 1 || ns3 === undefined) return undefined;
  const result = periodicTest(ns3, periodsOfSlot(baseline, slot), window);
  return result === undefined || result.logP <= Math.log(level) ? undefined : 'inside';
}

/** Bonferroni with weights: a test that owns 1/share of the level has its p-value multiplied by share. */
function weighted(result: TestResult, share: number, test: string, of: Driver): Tested {
  return {
    logP: Math.min(0, result.logP + Math.log(share)),
    get effect() {
      return result.effect;
    },
    test,
    of,
  };
}

function total(counts: ArrayLike<number>, cells: number): number {
  let sum = 0;
  for (let i = 0; i < cells; i += 1) sum += counts[i]!;
  return sum;
}
