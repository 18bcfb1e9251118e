import type { PredictionLogged, Signature } from '@drawbridge/contracts';
import type { Tensor } from '@drawbridge/inference';
import type { Endpoint, Target } from './endpoint-table.js';
import type { Identity } from './identity.js';

/** One answered or refused request, as it waits to be written to Kafka. */
export interface LoggedCall {
  readonly endpoint: Endpoint;
  readonly target: Target;
  readonly identity: Identity;
  /** Rows it stands for: of the batch, or one when the request could not be read. */
  readonly rows: number;
  /** Absent when the request could not be read. */
  readonly inputs?: readonly Tensor[];
  /** Absent when there was no answer. */
  readonly outputs?: readonly Tensor[];
  readonly errorCode?: string;
  readonly latencyMs: number;
  readonly traceparent?: string;
}

type Value = number | string | boolean | null;

/** Values of an input with several per row that are logged, as `name.0`, `name.1` …; longer ones are left out. */
const WIDEST_INPUT = 64;

/** Id of one row: that of the request, with the row's number behind it when the request has several. */
export function rowId(predictionId: string, row: number, rows: number): string {
  return rows === 1 ? predictionId : `${predictionId}-${row}`;
}

/** The events of a call, one per row. */
export function* predictionsOf(call: LoggedCall): Generator<PredictionLogged> {
  for (let row = 0; row < call.rows; row += 1) yield predictionOf(call, row);
}

function predictionOf(call: LoggedCall, row: number): PredictionLogged {
  const { endpoint, target, identity, rows, inputs, outputs, errorCode } = call;
  return {
    predictionId: rowId(identity.predictionId, row, rows),
    time: identity.time.toISOString(),
    project: endpoint.project,
    endpoint: endpoint.endpoint,
    deploymentId: target.deploymentId,
    model: endpoint.model,
    version: target.version,
    variant: target.variant,
    ...(inputs !== undefined && { features: featuresOf(inputs, row, rows) }),
    output: outputs === undefined ? {} : outputOf(outputs, target.signature, row, rows),
    latencyMs: Math.round(call.latencyMs * 1000) / 1000,
    status: errorCode === undefined ? 'ok' : 'error',
    ...(errorCode !== undefined && { errorCode }),
  };
}

export function featuresOf(inputs: readonly Tensor[], row: number, rows: number): Record<string, Value> {
  const features: Record<string, Value> = {};
  for (const tensor of inputs) {
    const width = widthOf(tensor, rows);
    if (width === 1) features[tensor.name] = valueAt(tensor, row);
    else if (width <= WIDEST_INPUT) {
      for (let column = 0; column < width; column += 1) features[`${tensor.name}.${column}`] = valueAt(tensor, row * width + column);
    }
  }
  return features;
}

/** What the signature calls the prediction and its score; without a word of the signature the first output. */
export function outputOf(outputs: readonly Tensor[], signature: Signature, row: number, rows: number): PredictionLogged['output'] {
  const role = signature.prediction;
  const named = (name: string | undefined): Tensor | undefined => outputs.find((tensor) => tensor.name === name);
  const value = named(role?.value) ?? outputs[0];
  if (value === undefined) return {};
  const first = valueAt(value, row * widthOf(value, rows));
  const scores = named(role?.score);
  if (role === undefined || role.task === 'regression') return { value: first };
  if (scores === undefined) return { value: first, class: String(first) };
  if (role.task === 'multiclass') return { value: first, class: String(first), scores: scoresByClass(scores, row, rows) };
  const width = widthOf(scores, rows);
  const column = Math.min(role.scoreIndex ?? width - 1, width - 1);
  const score = Number(valueAt(scores, row * width + column));
  const decided = role.threshold === undefined || role.value !== role.score ? first : Number(score >= role.threshold);
  return { value: decided, class: String(decided), score };
}

function scoresByClass(scores: Tensor, row: number, rows: number): Record<string, number> {
  const width = widthOf(scores, rows);
  const byClass: Record<string, number> = {};
  for (let column = 0; column < width; column += 1) byClass[String(column)] = Number(valueAt(scores, row * width + column));
  return byClass;
}

/** Values per row. */
function widthOf(tensor: Tensor, rows: number): number {
  return Math.max(1, Math.floor(tensor.data.length / rows));
}

function valueAt(tensor: Tensor, index: number): Value {
  const value = tensor.data[index];
  if (value === undefined) return null;
  if (tensor.datatype === 'BOOL') return value === 1;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value;
}
