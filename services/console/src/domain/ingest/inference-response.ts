import type { PredictionLogged } from '@drawbridge/contracts';
import { fault, isObject, type JsonObject } from './fault.js';
import { isValue, readTensors, rowOf, type Rows, type Value } from './tensors.js';

export type Output = PredictionLogged['output'];

/** What a model server answered. Without rows it refused the request. */
export interface Answer {
  readonly rows: readonly Output[];
  readonly errorCode?: string;
  readonly model?: string;
  readonly version?: string;
}

const SCORES = /^(score|scores|probability|probabilities|output_probability)$/i;

/** A v1 (`predictions`) or v2 (`outputs`) response, or its `error`. */
export function readResponse(payload: unknown): Answer {
  if (!isObject(payload)) throw fault('data', 'must be a JSON object with predictions (v1), outputs (v2) or error');
  const named = { ...textOf(payload, 'model_name', 'model'), ...textOf(payload, 'model_version', 'version') };
  if (payload['outputs'] !== undefined) return { ...named, rows: ofTensors(readTensors(payload['outputs'], 'data.outputs')) };
  const { predictions, error } = payload;
  if (predictions === undefined && typeof error === 'string') return { ...named, rows: [], errorCode: 'model-server-error' };
  if (!Array.isArray(predictions) || predictions.length === 0) {
    throw fault('data.predictions', 'must be a list with at least one prediction, or give outputs (v2) or error');
  }
  return { ...named, rows: predictions.map((prediction: unknown, index) => ofPrediction(prediction, `data.predictions.${index}`)) };
}

function textOf(payload: JsonObject, field: string, as: 'model' | 'version'): { model?: string; version?: string } {
  const value = payload[field];
  return typeof value === 'string' && value !== '' ? { [as]: value } : {};
}

/** The first output is the answer; one called score or probabilities tells how sure the model is. */
function ofTensors(tensors: readonly Rows[]): Output[] {
  const [first] = tensors;
  const scores = tensors.find((tensor, index) => index > 0 && SCORES.test(tensor.name));
  return Array.from({ length: first!.rows }, (_, row) => {
    const answer = ofValues(rowOf(first!, row));
    if (scores === undefined || answer.scores !== undefined) return answer;
    const sure = rowOf(scores, row).map(Number);
    const known = { ...answer, ...(answer.value == null ? {} : { class: String(answer.value) }) };
    // Of two classes the second is the positive one.
    return sure.length <= 2 ? { ...known, score: sure.at(-1)! } : { ...known, scores: byClass(sure) };
  });
}

function ofPrediction(prediction: unknown, place: string): Output {
  if (isValue(prediction)) return ofValues([prediction]);
  if (Array.isArray(prediction) && prediction.length > 0 && prediction.every(isValue)) return ofValues(prediction);
  if (!isObject(prediction)) throw fault(place, 'must be a value, a list of scores, or an object with value and score');
  const value = ['value', 'prediction', 'label', 'class'].map((name) => prediction[name]).find((each) => each !== undefined);
  const score = prediction['score'] ?? prediction['probability'];
  if (value !== undefined && !isValue(value)) throw fault(place, 'value must be a number, text, true, false or null');
  if (score !== undefined && (typeof score !== 'number' || !Number.isFinite(score))) throw fault(place, 'score must be a number');
  if (value === undefined && score === undefined) throw fault(place, 'has none of value, prediction, label, class, score, probability');
  return {
    ...(value === undefined ? {} : ofValues([value])),
    ...(score === undefined ? {} : { score }),
    ...(value == null || score === undefined ? {} : { class: String(value) }),
  };
}

/** One value is the answer; several numbers are the scores of the classes, and the highest wins. */
function ofValues(values: readonly Value[]): Output {
  if (values.length === 1) {
    const value = values[0]!;
    return typeof value === 'string' && value !== '' ? { value, class: value } : { value };
  }
  if (!values.every((value) => typeof value === 'number')) return { value: JSON.stringify(values) };
  const best = values.indexOf(Math.max(...values));
  return { value: best, class: String(best), scores: byClass(values) };
}

function byClass(scores: readonly number[]): Record<string, number> {
  return Object.fromEntries(scores.map((score, index) => [String(index), score]));
}
