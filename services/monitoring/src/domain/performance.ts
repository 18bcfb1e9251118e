import type { CompleteSettings, PerformanceMeasured } from '@drawbridge/contracts';
import { aucInterval, type BaselineDocument, binaryPerformance, calibrationBins, regressionPerformance, wilson } from '@drawbridge/drift';

/** A prediction with its label. */
export interface LabelledRow {
  /** Null when the model gave none. */
  readonly score: number | null;
  readonly outputClass: string | null;
  readonly labelText: string;
  readonly labelNumber: number | null;
}

type Metric = PerformanceMeasured['metrics'][number];

export interface Performance {
  readonly metrics: PerformanceMeasured['metrics'];
  readonly calibration?: PerformanceMeasured['calibration'];
  /** Labelled rows that figures of this kind cannot hold, such as one without a score; absent when there are none. */
  readonly unmeasured?: number;
}

const Z95 = 1.959963984540054;
const THRESHOLD = 0.5;

/** So many rows in a hundred may say that the model is of another kind before they are believed. */
const ODD = 5;
/** Where the baseline says what the model is, only the greater part of the rows speaks against it. */
const ODD_OF_DECLARED = 50;

/**
 * How good the labelled predictions of a window were. Labels of 0 and 1 with scores between 0 and 1 are a binary model,
 * numbers for numbers a regression, everything else classes. A few odd rows do not change what the model is: they are left
 * out and counted. The same rows in the same order give the same figures.
 */
export function measure(rows: readonly LabelledRow[], declared?: 'binary'): Performance {
  const { metrics, ...rest } = measureAll(rows, declared);
  return { metrics: metrics.map(finite), ...rest };
}

/** The figures of numbers near the largest there are may be none themselves: then there is nothing to say. */
function finite({ metric, value, interval }: Metric): Metric {
  if (value === null || !Number.isFinite(value)) return { metric, value: null };
  return { metric, value, ...(interval?.every(Number.isFinite) === true ? { interval } : {}) };
}

function measureAll(rows: readonly LabelledRow[], declared: 'binary' | undefined): Performance {
  const binary = rows.filter(isBinary);
  const kind = (measured: number, against: (row: LabelledRow) => boolean, odd: number): boolean =>
    2 * measured > rows.length && 100 * rows.filter(against).length <= odd * rows.length;
  if (kind(binary.length, isNotBinary, declared === 'binary' ? ODD_OF_DECLARED : ODD)) return without(rows, binary, measureBinary(binary));
  const numbers = rows.flatMap(asNumbers);
  if (kind(numbers.length, isNotNumber, ODD)) return without(rows, numbers, measureRegression(numbers));
  return { metrics: rows.length === 0 ? [] : [accuracyOf(rows)] };
}

/** What the baseline says of the model: figures of a reference sample are those of a binary one. */
export function declaredKind(baseline: BaselineDocument | undefined): 'binary' | undefined {
  return baseline?.performance === undefined ? undefined : 'binary';
}

function without(rows: readonly LabelledRow[], { length }: readonly unknown[], performance: Performance): Performance {
  return length === rows.length ? performance : { ...performance, unmeasured: rows.length - length };
}

/** A row without a score says nothing of what the model is. */
function isNotBinary({ score, labelNumber }: LabelledRow): boolean {
  return (score !== null && (score < 0 || score > 1)) || (labelNumber !== 0 && labelNumber !== 1);
}

function isNotNumber({ outputClass, labelNumber }: LabelledRow): boolean {
  return labelNumber === null || (outputClass !== null && !Number.isFinite(Number(outputClass)));
}

type BinaryRow = LabelledRow & { score: number; labelNumber: number };

function isBinary(row: LabelledRow): row is BinaryRow {
  return row.score !== null && row.score >= 0 && row.score <= 1 && (row.labelNumber === 0 || row.labelNumber === 1);
}

function asNumbers(row: LabelledRow): { predicted: number; actual: number }[] {
  const predicted = row.outputClass === null ? row.score : Number(row.outputClass);
  return predicted !== null && Number.isFinite(predicted) && row.labelNumber !== null ? [{ predicted, actual: row.labelNumber }] : [];
}

function measureBinary(rows: readonly BinaryRow[]): Performance {
  const scores = Float64Array.from(rows, (row) => row.score);
  const labels = Uint8Array.from(rows, (row) => row.labelNumber);
  const result = binaryPerformance(scores, labels, THRESHOLD);
  const area = aucInterval(scores, labels);
  const squares = Float64Array.from(rows, (row) => (row.score - row.labelNumber) ** 2);
  return {
    metrics: [
      accuracyOf(rows.map(withClass)),
      { metric: 'auc', value: result.auc, ...(area === null ? {} : { interval: [area.low, area.high] }) },
      { metric: 'brier', value: result.brier, interval: meanInterval(squares) },
      { metric: 'logLoss', value: result.logLoss },
      { metric: 'calibrationError', value: result.calibrationError },
      { metric: 'precision', value: result.precision },
      { metric: 'recall', value: result.recall },
      { metric: 'f1', value: result.f1 },
      { metric: 'positiveRate', value: result.positiveRate, interval: pair(wilson(result.positives, result.rows, 0.05)) },
      { metric: 'meanScore', value: result.meanScore, interval: meanInterval(scores) },
    ],
    calibration: calibrationBins(scores, labels).map(({ meanScore, positiveRate, rows: n }) => ({ meanScore, observed: positiveRate, n })),
  };
}

/** The class the model named decides; without one, the score against one half. */
function withClass(row: BinaryRow): LabelledRow {
  const named = row.outputClass === null ? NaN : classNumber(row.outputClass);
  const positive = Number.isNaN(named) ? row.score >= THRESHOLD : named === 1;
  return { ...row, outputClass: positive ? '1' : '0', labelText: String(row.labelNumber) };
}

function classNumber(text: string): number {
  if (text === 'true') return 1;
  if (text === 'false') return 0;
  return text === '1' || text === '0' ? Number(text) : NaN;
}

function accuracyOf(rows: readonly LabelledRow[]): Metric {
  const right = rows.filter((row) => row.outputClass === row.labelText).length;
  return { metric: 'accuracy', value: right / rows.length, interval: pair(wilson(right, rows.length, 0.05)) };
}

function measureRegression(rows: readonly { predicted: number; actual: number }[]): Performance {
  const predicted = rows.map((row) => row.predicted);
  const actual = rows.map((row) => row.actual);
  const { mae, rmse, bias, r2 } = regressionPerformance(predicted, actual);
  const errors = rows.map((row) => Math.abs(row.predicted - row.actual));
  return {
    metrics: [
      { metric: 'mae', value: mae, interval: meanInterval(errors) },
      { metric: 'rmse', value: rmse },
      { metric: 'bias', value: bias, interval: meanInterval(rows.map((row) => row.predicted - row.actual)) },
      { metric: 'r2', value: r2 },
    ],
  };
}

/** Mean plus and minus 1.96 standard errors. */
function meanInterval(values: ArrayLike<number>): [number, number] {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += (values[i]! - mean) ** 2;
  const error = n > 1 ? Z95 * Math.sqrt(squares / (n - 1) / n) : 0;
  return [mean - error, mean + error];
}

function pair(interval: readonly [number, number]): [number, number] {
  return [interval[0], interval[1]];
}

/** Performance on the reference sample under the same names. */
export function referencePerformance(baseline: BaselineDocument | undefined): Record<string, number> | undefined {
  const found = baseline?.performance;
  if (found === undefined) return undefined;
  const { accuracy, auc, brier, logLoss, calibrationError, positiveRate, meanScore } = found;
  return { accuracy, brier, logLoss, calibrationError, positiveRate, meanScore, ...(auc === null ? {} : { auc }) };
}

export interface PerformanceState {
  /** 0 before anything was announced. */
  readonly revision: number;
  readonly digest: string;
}

export type PerformanceStep = 'wait' | 'measured' | 'revised' | 'same';

/**
 * The first figures are announced when enough labels are there, or none can be expected any more by event time; later
 * labels that change them revise them.
 */
export function performanceStep(
  state: PerformanceState | undefined,
  found: { labelled: number; ofN: number; digest: string },
  ages: { endMs: number; clockMs: number },
  settings: Pick<CompleteSettings, 'labelCoverage' | 'labelHorizonSeconds'>,
): PerformanceStep {
  if (found.labelled === 0) return state !== undefined && state.revision > 0 && state.digest !== found.digest ? 'revised' : 'wait';
  if (state === undefined || state.revision === 0) {
    const enough = found.labelled >= settings.labelCoverage * found.ofN;
    const over = ages.clockMs - ages.endMs >= settings.labelHorizonSeconds * 1000;
    return enough || over ? 'measured' : 'wait';
  }
  return state.digest === found.digest ? 'same' : 'revised';
}

/** Labels are counted anew when a tenth more came, or when they might be enough by now. */
const WORTH_COUNTING = 0.1;

export function worthCounting(counted: { labelled: number; ofN: number }, noted: number, labelCoverage: number): boolean {
  return noted >= WORTH_COUNTING * counted.ofN || counted.labelled + noted >= labelCoverage * counted.ofN;
}
