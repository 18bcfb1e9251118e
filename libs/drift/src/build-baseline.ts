import {
  BASELINE_FORMAT,
  type BaselineDocument,
  type BaselineFeature,
  type BaselinePeriod,
  type ReferencePerformance,
} from './baseline.js';
import { FINE_BINS, quantileEdges } from './edges.js';
import { bandsOf, type Column, type ColumnValue, type FeatureSpec } from './feature.js';
import { FeatureLayout } from './layout.js';
import { WindowCounts } from './window-counts.js';

export interface BaselineOptions {
  /** Fine bins per numeric feature. Default 64. */
  readonly fineBins?: number;
  /** Most categories with a cell of their own. Default 100. */
  readonly maxCategories?: number;
  /** Categories are listed, most frequent first, until they cover this share of the rows. Default 0.995. */
  readonly coverage?: number;
  /** Length of the monitors' windows, which is the length of a reference period. Default one day. */
  readonly periodSeconds?: number;
}

export interface BaselineSample {
  /** Monitored columns in the order of the signature. */
  readonly features: readonly FeatureSpec[];
  /** Values by feature name; all columns have the same length. */
  readonly columns: Readonly<Record<string, Column>>;
  /** Event time of each row in milliseconds since 1970. With it the baseline keeps its periods. */
  readonly times?: ArrayLike<number>;
  /** The model's own output on the same rows. */
  readonly prediction?: { readonly spec: FeatureSpec; readonly values: Column };
  readonly performance?: ReferencePerformance;
}

/** Other known values kept by name; past this a feature is no longer watched for unseen values. */
const MAX_OTHERS = 5000;
/** Fewer periods than this say nothing about the variation between them; more are dropped from the start. */
const MAX_PERIODS = 400;

/**
 * Fixes the bins on a reference sample and counts it into them, pooled and per period.
 * Throws a RangeError naming the column when columns are missing, of unequal length or empty.
 */
export function buildBaseline(sample: BaselineSample, options: BaselineOptions = {}): BaselineDocument {
  const rows = rowsOf(sample);
  const shaped: BaselineDocument = {
    format: BASELINE_FORMAT,
    rows,
    features: sample.features.map((spec) => shapeFeature(spec, columnOf(sample, spec.name)!, options)),
    ...(sample.prediction && {
      prediction: shapeFeature(sample.prediction.spec, sample.prediction.values, options),
    }),
  };
  const layout = new FeatureLayout(shaped);
  const columns = sample.features.map((spec) => columnOf(sample, spec.name)!);
  if (sample.prediction) columns.push(sample.prediction.values);

  const pooled = new WindowCounts(layout);
  const periodMs = (options.periodSeconds ?? 86_400) * 1000;
  const byPeriod = new Map<number, WindowCounts>();
  let from = Infinity;
  let to = -Infinity;
  for (let row = 0; row < rows; row += 1) {
    addSampleRow(pooled, columns, row);
    const time = sample.times?.[row];
    if (time === undefined || !Number.isFinite(time)) continue;
    from = Math.min(from, time);
    to = Math.max(to, time);
    const start = Math.floor(time / periodMs) * periodMs;
    let period = byPeriod.get(start);
    if (period === undefined) byPeriod.set(start, (period = new WindowCounts(layout)));
    addSampleRow(period, columns, row);
  }
  const withCounts = (feature: BaselineFeature, slot: number): BaselineFeature => ({
    ...feature,
    counts: [...pooled.cells(slot)],
  });
  return {
    ...shaped,
    ...(from <= to && { from: iso(from), to: iso(to), periodSeconds: periodMs / 1000 }),
    features: shaped.features.map(withCounts),
    ...(shaped.prediction && { prediction: withCounts(shaped.prediction, layout.predictionSlot) }),
    ...(sample.performance && { performance: sample.performance }),
    ...(byPeriod.size > 1 && { periods: periodsOf(byPeriod, layout) }),
  };
}

/** Adds one value to a window as a baseline sample would count it; used where rows are plain values. */
export function addValue(window: WindowCounts, slot: number, value: ColumnValue): void {
  const { kind } = window.layout.slots[slot]!;
  if (value === null || value === undefined) window.addMissing(slot);
  else if (kind === 'categorical') {
    if (typeof value === 'number' && Number.isNaN(value)) window.addMissing(slot);
    else window.addCategory(slot, String(value));
  } else if (typeof value === 'number') window.addNumeric(slot, value);
  else if (typeof value === 'boolean') window.addNumeric(slot, value ? 1 : 0);
  else window.addInvalid(slot);
}

function addSampleRow(window: WindowCounts, columns: readonly Column[], row: number): void {
  window.addRow();
  for (let slot = 0; slot < columns.length; slot += 1) addValue(window, slot, columns[slot]![row]);
}

/** A column may have the name of something that every object inherits. */
function columnOf({ columns }: BaselineSample, name: string): Column | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}

function rowsOf(sample: BaselineSample): number {
  const first = sample.features[0] ? columnOf(sample, sample.features[0].name) : sample.prediction?.values;
  const rows = first?.length ?? 0;
  if (rows === 0) throw new RangeError('a baseline needs at least one feature or prediction column with rows');
  for (const { name } of sample.features) {
    const column = columnOf(sample, name);
    if (column === undefined) throw new RangeError(`column ${name}: named in the signature, absent from the sample`);
    if (column.length !== rows) throw new RangeError(`column ${name}: ${column.length} values for ${rows} rows`);
  }
  const others: [string, ArrayLike<unknown> | undefined][] = [
    ['prediction', sample.prediction?.values],
    ['times', sample.times],
  ];
  for (const [name, column] of others) {
    if (column && column.length !== rows) throw new RangeError(`${name}: ${column.length} values for ${rows} rows`);
  }
  return rows;
}

/** Bins of one column; its counts are still all zero. */
function shapeFeature(spec: FeatureSpec, column: Column, options: BaselineOptions): BaselineFeature {
  switch (spec.kind) {
    case 'numeric':
      return shapeNumeric(spec.name, column, options.fineBins ?? FINE_BINS);
    case 'categorical':
      return shapeCategorical(spec.name, column, options.maxCategories ?? 100, options.coverage ?? 0.995);
    case 'calendar': {
      if (spec.calendar === undefined) throw new RangeError(`feature ${spec.name}: which calendar cycle is it?`);
      const bands = bandsOf(spec);
      return { name: spec.name, kind: 'calendar', calendar: spec.calendar, bands, counts: zeros(bands.length - 1) };
    }
  }
}

function shapeNumeric(name: string, column: Column, fineBins: number): BaselineFeature {
  const values = new Float64Array(column.length);
  let n = 0;
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i];
    const x = typeof value === 'boolean' ? Number(value) : value;
    if (typeof x === 'number' && Number.isFinite(x)) values[n++] = x;
  }
  const sorted = values.subarray(0, n).sort();
  const edges = quantileEdges(sorted, fineBins);
  const counts = zeros(edges.length + 1);
  if (n === 0) return { name, kind: 'numeric', edges, counts, min: null, max: null, mean: null, sd: null };
  let sum = 0;
  for (const x of sorted) sum += x;
  const mean = sum / n;
  let squares = 0;
  for (const x of sorted) squares += (x - mean) ** 2;
  return { name, kind: 'numeric', edges, counts, min: sorted[0]!, max: sorted[n - 1]!, mean, sd: Math.sqrt(squares / n) };
}

function shapeCategorical(name: string, column: Column, most: number, coverage: number): BaselineFeature {
  const frequency = new Map<string, number>();
  let n = 0;
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i];
    if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) continue;
    const key = String(value);
    frequency.set(key, (frequency.get(key) ?? 0) + 1);
    n += 1;
  }
  // Ties are broken by name, so that the same sample in any order gives the same document.
  const ordered = [...frequency].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  let covered = 0;
  let listed = 0;
  while (listed < ordered.length && listed < most && covered < coverage * n) covered += ordered[listed++]![1];
  const rest = ordered.slice(listed).map(([value]) => value);
  const categories = ordered.slice(0, listed).map(([value]) => value);
  return {
    name,
    kind: 'categorical',
    categories,
    others: rest.slice(0, MAX_OTHERS),
    othersTruncated: rest.length > MAX_OTHERS,
    singletons: ordered.filter(([, count]) => count === 1).length,
    counts: zeros(listed + 2),
  };
}

function periodsOf(byPeriod: ReadonlyMap<number, WindowCounts>, layout: FeatureLayout): BaselinePeriod[] {
  const inputs = layout.slots.filter((slot) => slot.family === 'input');
  return [...byPeriod]
    .sort((a, b) => a[0] - b[0])
    .slice(-MAX_PERIODS)
    .map(([start, window]) => ({
      start: iso(start),
      rows: window.rows,
      counts: inputs.map((slot) => [...window.cells(slot.index)]),
      ...(layout.predictionSlot >= 0 && { prediction: [...window.cells(layout.predictionSlot)] }),
    }));
}

function zeros(cells: number): number[] {
  return Array.from({ length: cells + 2 }, () => 0);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
