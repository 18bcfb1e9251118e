export { type CalendarCycle, type Column, type ColumnValue, type FeatureKind, type FeatureSpec } from './feature.js';
export { BinIndex, FINE_BINS, quantileEdges } from './edges.js';
export {
  BASELINE_FORMAT,
  type BaselineDocument,
  type BaselineFeature,
  type BaselinePeriod,
  type CalendarBaseline,
  type CategoricalBaseline,
  type NumericBaseline,
  type ReferencePerformance,
} from './baseline.js';
export { addValue, buildBaseline, type BaselineOptions, type BaselineSample } from './build-baseline.js';
export { FeatureLayout, type FeatureSlot, type SlotFamily } from './layout.js';
export { WindowCounts } from './window-counts.js';
export { decodeCounts, encodeCounts } from './window-codec.js';
export { DEFAULT_POLICY, type JudgePolicy } from './policy.js';
export { type AlertBudget, type AlertFamily, FAMILY_WEIGHTS, levelOf, SCALES } from './budget.js';
export { dueSums, type ScaleSum, scalesDue, sumOf } from './scales.js';
export { judgeWindow, type WindowToJudge } from './judge.js';
export { type Distances, type FeatureVerdict, type WindowVerdict } from './verdict.js';
export { type Effect } from './effect.js';
export { groupLabels, type MovedCell, reportingGroups, sumGroups } from './reporting.js';
export { type FeatureQuality, type QualityAlarm, type QualityCheck } from './quality.js';
export { STATISTICS, type Statistic } from './registry.js';
export { wilson } from './intervals/wilson.js';
export { clopperPearson } from './intervals/clopper-pearson.js';
export { newcombe } from './intervals/newcombe.js';
export { adjustedPValues, benjaminiHochberg } from './benjamini-hochberg.js';
export { compareProportions, type Comparison, type Proportion, type ProportionComparison, verdictOf } from './intervals/compare.js';
export { binaryPerformance, type BinaryPerformance, type Confusion } from './metrics/binary.js';
export { auc, aucInterval } from './metrics/auc.js';
export { type CalibrationBin, calibrationBins, calibrationError } from './metrics/calibration.js';
export { regressionPerformance, type RegressionPerformance } from './metrics/regression.js';
