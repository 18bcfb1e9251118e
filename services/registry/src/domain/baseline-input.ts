import {
  BASELINE_FORMAT,
  type BaselineDocument,
  type BaselineSample,
  buildBaseline,
  FeatureLayout,
  type FeatureSpec,
} from '@drawbridge/drift';
import type { Violation } from '@drawbridge/contracts';

/** Either a document or what is wrong with it. */
export type BaselineResult =
  | { readonly ok: true; readonly document: BaselineDocument }
  | { readonly ok: false; readonly problems: readonly Violation[] };

const MAX_FEATURES = 2000;

/**
 * Makes the reference document of a model from what a client sent: a finished profile (it has a `format`), or a sample
 * of rows in columns, from which the bins are fixed here.
 */
export function baselineFrom(body: unknown): BaselineResult {
  if (!isObject(body)) return refuse('(body)', 'must be a JSON object');
  try {
    return 'format' in body ? fromProfile(body) : fromSample(body);
  } catch (error) {
    // The drift library names the column that it cannot use.
    if (error instanceof RangeError) return refuse('(body)', error.message);
    throw error;
  }
}

/** The document as it is stored: the same content always gives the same bytes. */
export function baselineBytes(document: BaselineDocument): Buffer {
  return Buffer.from(JSON.stringify(document), 'utf8');
}

function fromProfile(body: Record<string, unknown>): BaselineResult {
  if (body['format'] !== BASELINE_FORMAT) return refuse('format', `must be ${BASELINE_FORMAT}`);
  const problems: Violation[] = [];
  if (!isCount(body['rows']) || body['rows'] === 0) problems.push({ field: 'rows', message: 'must be a whole number above 0' });
  const features = body['features'];
  if (!Array.isArray(features) || features.length === 0 || features.length > MAX_FEATURES) {
    return refuse('features', `must be an array of 1 to ${MAX_FEATURES} features`);
  }
  features.forEach((feature, index) => problems.push(...featureProblems(feature, `features.${index}`, body['rows'])));
  if (body['prediction'] !== undefined) problems.push(...featureProblems(body['prediction'], 'prediction', body['rows']));
  problems.push(...periodProblems(body, features));
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, 10) };
  const document = body as unknown as BaselineDocument;
  // Builds every bin index once, so that a profile that monitoring could not use is refused here.
  new FeatureLayout(document);
  return { ok: true, document };
}

function featureProblems(feature: unknown, field: string, rows: unknown): Violation[] {
  if (!isObject(feature)) return [{ field, message: 'must be an object' }];
  const found: Violation[] = [];
  if (typeof feature['name'] !== 'string' || feature['name'] === '') found.push({ field: `${field}.name`, message: 'must be a text' });
  const cells = cellsOf(feature, field, found);
  const counts = feature['counts'];
  if (!Array.isArray(counts) || !counts.every(isCount)) {
    found.push({ field: `${field}.counts`, message: 'must be an array of whole numbers' });
  } else if (cells !== undefined && counts.length !== cells + 2) {
    found.push({ field: `${field}.counts`, message: `must have ${cells + 2} numbers: ${cells} cells, missing, invalid` });
  } else if (counts.reduce<number>((sum, count) => sum + Number(count), 0) !== rows) {
    found.push({ field: `${field}.counts`, message: 'must sum to rows' });
  }
  return found;
}

function cellsOf(feature: Record<string, unknown>, field: string, found: Violation[]): number | undefined {
  switch (feature['kind']) {
    case 'numeric':
      if (!isAscending(feature['edges'])) {
        found.push({ field: `${field}.edges`, message: 'must be ascending finite numbers' });
        return undefined;
      }
      for (const name of ['min', 'max', 'mean', 'sd']) {
        const value = feature[name];
        if (value !== null && (typeof value !== 'number' || !Number.isFinite(value))) {
          found.push({ field: `${field}.${name}`, message: 'must be a finite number or null' });
        }
      }
      return feature['edges'].length + 1;
    case 'categorical':
      for (const name of ['categories', 'others']) {
        if (!isTexts(feature[name])) found.push({ field: `${field}.${name}`, message: 'must be an array of different texts' });
      }
      if (typeof feature['othersTruncated'] !== 'boolean')
        found.push({ field: `${field}.othersTruncated`, message: 'must be true or false' });
      if (!isCount(feature['singletons'])) found.push({ field: `${field}.singletons`, message: 'must be a whole number' });
      return isTexts(feature['categories']) ? feature['categories'].length + 2 : undefined;
    case 'calendar':
      if (feature['calendar'] !== 'hour' && feature['calendar'] !== 'weekday') {
        found.push({ field: `${field}.calendar`, message: 'must be hour or weekday' });
      }
      if (!isAscending(feature['bands']) || feature['bands'].length < 3) {
        found.push({ field: `${field}.bands`, message: 'must be at least three ascending numbers' });
        return undefined;
      }
      return feature['bands'].length - 1;
    default:
      found.push({ field: `${field}.kind`, message: 'must be numeric, categorical or calendar' });
      return undefined;
  }
}

function periodProblems(body: Record<string, unknown>, features: readonly unknown[]): Violation[] {
  const periods = body['periods'];
  if (periods === undefined) return [];
  if (!Array.isArray(periods) || periods.length > 1000) return [{ field: 'periods', message: 'must be an array of at most 1000 periods' }];
  if (!isCount(body['periodSeconds']) || body['periodSeconds'] === 0)
    return [{ field: 'periodSeconds', message: 'must be given with periods' }];
  const widths = features.map((feature) => (isObject(feature) && Array.isArray(feature['counts']) ? feature['counts'].length : 0));
  const found: Violation[] = [];
  periods.forEach((period: unknown, index) => {
    const field = `periods.${index}`;
    if (!isObject(period) || typeof period['start'] !== 'string' || Number.isNaN(Date.parse(period['start'])) || !isCount(period['rows'])) {
      found.push({ field, message: 'must have start, rows and counts' });
      return;
    }
    const counts = period['counts'];
    const fits =
      Array.isArray(counts) &&
      counts.length === widths.length &&
      counts.every((row, slot) => Array.isArray(row) && row.length === widths[slot] && row.every(isCount));
    if (!fits) found.push({ field: `${field}.counts`, message: 'must have the counts of each feature in the order of features' });
  });
  return found;
}

function fromSample(body: Record<string, unknown>): BaselineResult {
  const problems: Violation[] = [];
  const features = body['features'];
  const columns = body['columns'];
  if (!Array.isArray(features) || features.length === 0 || features.length > MAX_FEATURES) {
    problems.push({ field: 'features', message: 'must list the monitored columns as {name, kind: numeric|categorical|calendar}' });
  } else {
    features.forEach((spec, index) => problems.push(...specProblems(spec, `features.${index}`)));
  }
  if (!isObject(columns)) problems.push({ field: 'columns', message: 'must be an object of arrays by column name' });
  else {
    for (const [name, column] of Object.entries(columns)) {
      if (!isColumn(column))
        problems.push({ field: `columns.${name.slice(0, 60)}`, message: 'must be an array of numbers, texts, booleans or null' });
    }
  }
  const times = timesOf(body['timestamps'], problems);
  const prediction = body['prediction'];
  if (prediction !== undefined) {
    if (!isObject(prediction) || !isColumn(prediction['values'])) {
      problems.push({ field: 'prediction', message: 'must be {spec: {name, kind}, values: [...]}' });
    } else problems.push(...specProblems(prediction['spec'], 'prediction.spec'));
  }
  const periodSeconds = body['periodSeconds'];
  if (periodSeconds !== undefined && (!isCount(periodSeconds) || periodSeconds === 0)) {
    problems.push({ field: 'periodSeconds', message: 'must be a whole number of seconds above 0' });
  }
  const performance = body['performance'];
  if (performance !== undefined && !isPerformance(performance)) {
    problems.push({
      field: 'performance',
      message: 'must have rows, positives, accuracy, auc, brier, logLoss, calibrationError, positiveRate and meanScore',
    });
  }
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, 10) };
  const sample: BaselineSample = {
    features: features as FeatureSpec[],
    columns: columns as BaselineSample['columns'],
    ...(times !== undefined && { times }),
    ...(prediction !== undefined && { prediction: prediction as unknown as NonNullable<BaselineSample['prediction']> }),
    ...(performance !== undefined && { performance: performance as NonNullable<BaselineSample['performance']> }),
  };
  return { ok: true, document: buildBaseline(sample, periodSeconds === undefined ? {} : { periodSeconds: periodSeconds as number }) };
}

function specProblems(spec: unknown, field: string): Violation[] {
  if (!isObject(spec)) return [{ field, message: 'must be {name, kind: numeric|categorical|calendar}' }];
  const found: Violation[] = [];
  const { name, kind, calendar, bands } = spec;
  if (typeof name !== 'string' || name === '') found.push({ field: `${field}.name`, message: 'must be a text' });
  if (kind !== 'numeric' && kind !== 'categorical' && kind !== 'calendar') {
    found.push({ field: `${field}.kind`, message: 'must be numeric, categorical or calendar' });
  }
  if (kind === 'calendar' && calendar !== 'hour' && calendar !== 'weekday') {
    found.push({ field: `${field}.calendar`, message: 'must be hour or weekday' });
  }
  if (bands !== undefined && !isAscending(bands)) found.push({ field: `${field}.bands`, message: 'must be ascending finite numbers' });
  return found;
}

/** Event times of the rows as milliseconds; RFC 3339 texts and milliseconds are understood. */
function timesOf(value: unknown, problems: Violation[]): Float64Array | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    problems.push({ field: 'timestamps', message: 'must be an array of RFC 3339 texts or milliseconds since 1970' });
    return undefined;
  }
  const times = new Float64Array(value.length);
  for (let row = 0; row < value.length; row += 1) {
    const entry: unknown = value[row];
    const time = typeof entry === 'number' ? entry : typeof entry === 'string' ? Date.parse(entry) : NaN;
    if (!Number.isFinite(time)) {
      problems.push({ field: `timestamps.${row}`, message: 'must be an RFC 3339 text or milliseconds since 1970' });
      return undefined;
    }
    times[row] = time;
  }
  return times;
}

const PERFORMANCE = ['rows', 'positives', 'accuracy', 'brier', 'logLoss', 'calibrationError', 'positiveRate', 'meanScore'] as const;

function isPerformance(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value['auc'] !== null && !isFiniteNumber(value['auc'])) return false;
  return PERFORMANCE.every((name) => isFiniteNumber(value[name]));
}

function isColumn(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((cell) => cell === null || typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean')
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAscending(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((x, i) => isFiniteNumber(x) && (i === 0 || x > Number(value[i - 1])));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((x) => typeof x === 'string') && new Set(value).size === value.length;
}

function refuse(field: string, message: string): BaselineResult {
  return { ok: false, problems: [{ field, message }] };
}
