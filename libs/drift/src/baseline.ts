import type { CalendarCycle } from './feature.js';

export const BASELINE_FORMAT = 'drawbridge.baseline/1';

/**
 * What the world looked like when the model was registered: the reference of every later comparison.
 * Plain JSON, stored under its own digest; bins never change once it is written.
 */
export interface BaselineDocument {
  readonly format: typeof BASELINE_FORMAT;
  /** Rows of the reference sample. */
  readonly rows: number;
  /** Earliest and latest event time of the sample, RFC 3339, when it has times. */
  readonly from?: string;
  readonly to?: string;
  /** Length of one reference period; equals the window length of the monitors it is made for. */
  readonly periodSeconds?: number;
  readonly features: readonly BaselineFeature[];
  /** Reference distribution of the model's own output: a score or a class. */
  readonly prediction?: BaselineFeature;
  readonly performance?: ReferencePerformance;
  /** Histograms of the sample cut into periods, in time order. Their counts sum to the pooled ones. */
  readonly periods?: readonly BaselinePeriod[];
}

export type BaselineFeature = NumericBaseline | CategoricalBaseline | CalendarBaseline;

interface CountedFeature {
  readonly name: string;
  /** One count per cell, then `missing`, then `invalid`. They sum to the rows of the sample. */
  readonly counts: readonly number[];
}

export interface NumericBaseline extends CountedFeature {
  readonly kind: 'numeric';
  /** Inner edges of right-closed bins with open tails; there is one cell more than edges. */
  readonly edges: readonly number[];
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Population standard deviation. */
  readonly sd: number | null;
}

export interface CategoricalBaseline extends CountedFeature {
  readonly kind: 'categorical';
  /** Most frequent values, one cell each; two more cells follow: other known values, unseen values. */
  readonly categories: readonly string[];
  /** Values of the sample that share the cell of other known values. */
  readonly others: readonly string[];
  /** True when the sample held more values than are listed; then a strange value counts as other, not as unseen. */
  readonly othersTruncated: boolean;
  /** Values that occurred exactly once; their share is the expected share of new values (Good-Turing). */
  readonly singletons: number;
}

export interface CalendarBaseline extends CountedFeature {
  readonly kind: 'calendar';
  readonly calendar: CalendarCycle;
  /** Band starts and the end of the last band; one cell per band. Values outside count as invalid. */
  readonly bands: readonly number[];
}

export interface BaselinePeriod {
  /** Start of the period, RFC 3339. */
  readonly start: string;
  readonly rows: number;
  /** Counts per feature in the order of `features`, in the same cells as the pooled counts. */
  readonly counts: readonly (readonly number[])[];
  readonly prediction?: readonly number[];
}

/** How well the model did on the labelled part of the reference sample. */
export interface ReferencePerformance {
  readonly rows: number;
  readonly positives: number;
  readonly accuracy: number;
  /** Null when only one class occurs. */
  readonly auc: number | null;
  readonly brier: number;
  readonly logLoss: number;
  /** Expected calibration error over ten bins of equal mass. */
  readonly calibrationError: number;
  /** Share of positive labels and mean predicted score. */
  readonly positiveRate: number;
  readonly meanScore: number;
}
