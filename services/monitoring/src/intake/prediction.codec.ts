import { eventLimits } from '@drawbridge/contracts';
import { parseEventTime } from './event-time.js';
import { checkOptionalText, checkText, type JsonObject, parseObject, Reject, wrongType } from './reject.js';

export type FeatureValue = number | string | boolean | null;
export type Features = Readonly<Record<string, FeatureValue>>;
export type Segments = Readonly<Record<string, string>>;

/** One prediction as the intake needs it. */
export interface PredictionRow {
  predictionId: string;
  project: string;
  timeMs: number;
  model: string | undefined;
  version: string | undefined;
  deploymentId: string | undefined;
  endpoint: string | undefined;
  features: Features | undefined;
  segments: Segments | undefined;
  /** NaN when the producer gave none. */
  score: number;
  outputClass: string | undefined;
  outputValue: FeatureValue | undefined;
  failed: boolean;
  /** NaN when the producer gave none. */
  latencyMs: number;
  /** Undefined when the producer does not announce drops. */
  dropped: number | undefined;
}

/**
 * Bytes of one `prediction.logged` record → `row`, or a reject. Checked by hand in the order identity, time, rest, so
 * that a reject of the rest can still be assigned to a monitor and a window. `row` is overwritten by the next record.
 */
export class PredictionCodec {
  readonly row: PredictionRow = {
    predictionId: '',
    project: '',
    timeMs: NaN,
    model: undefined,
    version: undefined,
    deploymentId: undefined,
    endpoint: undefined,
    features: undefined,
    segments: undefined,
    score: NaN,
    outputClass: undefined,
    outputValue: undefined,
    failed: false,
    latencyMs: NaN,
    dropped: undefined,
  };

  /** Id, model and time of the last record are in `row`, even when the rest was rejected. */
  routable = false;

  read(value: Buffer | null, nowMs: number): Reject | undefined {
    this.routable = false;
    const parsed = parseObject(value);
    if (parsed instanceof Reject) return parsed;
    const found = this.readIdentity(parsed) ?? this.readTime(parsed, nowMs);
    if (found !== undefined) return found;
    this.routable = true;
    return this.readOutput(parsed) ?? this.readFeatures(parsed) ?? this.readSegments(parsed) ?? this.readNumbers(parsed);
  }

  private readIdentity(value: JsonObject): Reject | undefined {
    const { row } = this;
    const { predictionId, project = 'default', model, version, deploymentId, endpoint } = value;
    const found =
      checkText(predictionId, 'predictionId') ??
      checkText(project, 'project') ??
      checkOptionalText(deploymentId, 'deploymentId') ??
      checkOptionalText(model, 'model') ??
      checkOptionalText(version, 'version') ??
      checkOptionalText(endpoint, 'endpoint');
    if (found !== undefined) return found;
    if (deploymentId === undefined && (model === undefined || version === undefined)) {
      const field = model === undefined ? 'model' : 'version';
      return new Reject('missing-field', field, 'give model with version, or deploymentId');
    }
    row.predictionId = predictionId as string;
    row.project = project as string;
    row.model = model as string | undefined;
    row.version = version as string | undefined;
    row.deploymentId = deploymentId as string | undefined;
    row.endpoint = endpoint as string | undefined;
    return undefined;
  }

  private readTime({ time }: JsonObject, nowMs: number): Reject | undefined {
    if (time === undefined) return new Reject('missing-field', 'time', 'time is required');
    if (typeof time !== 'string') return wrongType('time', 'an RFC 3339 time', time);
    const timeMs = parseEventTime(time);
    if (Number.isNaN(timeMs)) return new Reject('bad-time', 'time', 'time must be RFC 3339, e.g. 2030-01-31T12:00:00.000Z');
    if (timeMs - nowMs > eventLimits.aheadMs) return new Reject('future-time', 'time', 'time lies more than 5 minutes ahead of the clock');
    this.row.timeMs = timeMs;
    return undefined;
  }

  private readOutput({ output, status }: JsonObject): Reject | undefined {
    const { row } = this;
    if (status !== undefined && status !== 'ok' && status !== 'error')
      return new Reject('wrong-type', 'status', 'status must be ok or error');
    row.failed = status === 'error';
    if (output === undefined) return new Reject('missing-field', 'output', 'output is required');
    if (typeof output !== 'object' || output === null || Array.isArray(output)) return wrongType('output', 'an object', output);
    const { score, class: outputClass, value } = output as JsonObject;
    if (score !== undefined && !isNumber(score)) return wrongType('output.score', 'a finite number', score);
    if (outputClass !== undefined) {
      const found = checkText(outputClass, 'output.class');
      if (found !== undefined) return found;
    }
    if (value !== undefined && !isFeatureValue(value)) return wrongType('output.value', 'a number, text, true, false or null', value);
    row.score = score === undefined ? NaN : score;
    row.outputClass = outputClass as string | undefined;
    row.outputValue = value;
    return undefined;
  }

  private readFeatures({ features }: JsonObject): Reject | undefined {
    this.row.features = undefined;
    if (features === undefined) return undefined;
    if (typeof features !== 'object' || features === null || Array.isArray(features)) return wrongType('features', 'an object', features);
    let count = 0;
    const values = features as JsonObject;
    for (const name in values) {
      count += 1;
      const value = values[name];
      if (!isFeatureValue(value)) return wrongType(`features.${name.slice(0, 100)}`, 'a number, text, true, false or null', value);
    }
    if (count > eventLimits.features)
      return new Reject('out-of-bounds', 'features', `${count} features, at most ${eventLimits.features} are allowed`);
    this.row.features = values as Features;
    return undefined;
  }

  private readSegments({ segments }: JsonObject): Reject | undefined {
    this.row.segments = undefined;
    if (segments === undefined) return undefined;
    if (typeof segments !== 'object' || segments === null || Array.isArray(segments)) return wrongType('segments', 'an object', segments);
    for (const [key, value] of Object.entries(segments)) {
      const found = value === '' ? undefined : checkText(value, `segments.${key.slice(0, 100)}`);
      if (found !== undefined) return found;
    }
    this.row.segments = segments as Segments;
    return undefined;
  }

  private readNumbers({ latencyMs, dropped }: JsonObject): Reject | undefined {
    if (latencyMs !== undefined && !isNumber(latencyMs)) return wrongType('latencyMs', 'a finite number', latencyMs);
    if (latencyMs !== undefined && latencyMs < 0) return new Reject('out-of-bounds', 'latencyMs', 'latencyMs must not be negative');
    if (dropped !== undefined && (typeof dropped !== 'number' || !Number.isSafeInteger(dropped))) {
      return wrongType('dropped', 'a whole number', dropped);
    }
    if (dropped !== undefined && dropped < 0) return new Reject('out-of-bounds', 'dropped', 'dropped must not be negative');
    this.row.latencyMs = latencyMs ?? NaN;
    this.row.dropped = dropped;
    return undefined;
  }
}

function isFeatureValue(value: unknown): value is FeatureValue {
  return isNumber(value) || typeof value === 'string' || value === null || typeof value === 'boolean';
}

/** JSON has no infinity, but 1e999 reads as one. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The class of an answer as it is stored: its own, or its value as text. */
export function storedClassOf(outputClass: string | undefined, value: FeatureValue | undefined): string | null {
  if (outputClass !== undefined) return outputClass;
  return value === undefined || value === null ? null : String(value).replaceAll('\u0000', '').slice(0, 200);
}
