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
export { FeatureLayout, type FeatureSlot, type SlotFamily } from './layout.js';
export { WindowCounts } from './window-counts.js';
export { decodeCounts, encodeCounts } from './window-codec.js';
export { addValue, buildBaseline, type BaselineOptions, type BaselineSample } from './build-baseline.js';
