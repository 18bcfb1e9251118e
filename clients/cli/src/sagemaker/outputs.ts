import type { PredictionLogged } from '@drawbridge/contracts';
import { CaptureFault, isObject, isValue, type Value } from './fault.js';
import type { Payload } from './payload.js';

export type Output = PredictionLogged['output'];

/** What a single number of an answer is: the answer itself, or the score of the positive class. */
export type Meaning = 'value' | 'score';

const LABELS = ['predicted_label', 'value', 'prediction', 'label', 'class', 'closest_cluster'] as const;
const SCORES = ['score', 'probability'] as const;

/** One answer per row that was asked about. */
export function outputRows(payload: Payload, rows: number, meaning: Meaning, place: string): Output[] {
  const answers = payload.kind === 'csv' ? payload.rows : payload.values.flatMap(predictionsOf);
  const [only] = answers;
  // Some containers answer several rows in one line of CSV, or in one list.
  const spread = answers.length === 1 && rows > 1 && Array.isArray(only) && only.length === rows ? (only as unknown[]) : answers;
  if (spread.length !== rows) throw new CaptureFault(place, `has ${String(spread.length)} answers to ${String(rows)} rows`);
  return spread.map((answer, index) => outputOf(answer, meaning, rows === 1 ? place : `${place} row ${String(index + 1)}`));
}

function predictionsOf(value: unknown): readonly unknown[] {
  const list = isObject(value) ? value['predictions'] : value;
  return Array.isArray(list) ? list : [value];
}

function outputOf(answer: unknown, meaning: Meaning, place: string): Output {
  if (isObject(answer)) return ofObject(answer, place);
  const values: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  if (values.length === 0 || !values.every(isValue))
    throw new CaptureFault(place, 'must be a value, a list of scores, or an object with a score');
  const [value = null] = values;
  if (values.length > 1) return ofScores(values, place);
  if (meaning === 'value') return typeof value === 'string' ? { value, class: value } : { value };
  if (typeof value !== 'number') throw new CaptureFault(place, 'is no number, so it is no score: leave out --answers score');
  return { score: value };
}

function ofObject(answer: Readonly<Record<string, unknown>>, place: string): Output {
  const value = LABELS.map((name) => answer[name]).find((each) => each !== undefined);
  const score = SCORES.map((name) => answer[name]).find((each) => each !== undefined);
  if (value === undefined && score === undefined) throw new CaptureFault(place, `has none of ${[...LABELS, ...SCORES].join(', ')}`);
  if (value !== undefined && !isValue(value)) throw new CaptureFault(place, 'the answer must be a number, text, true, false or null');
  const sure = Array.isArray(score) && score.every(isValue) ? ofScores(score, place) : scoreOf(score, place);
  return { ...sure, ...(value === undefined ? {} : { value, ...(value === null ? {} : { class: String(value) }) }) };
}

function scoreOf(score: unknown, place: string): Output {
  if (score === undefined) return {};
  if (typeof score !== 'number' || !Number.isFinite(score))
    throw new CaptureFault(place, 'the score must be a number or a list of numbers');
  return { score };
}

/** Scores of the classes by their numbers; the highest wins. */
function ofScores(values: readonly Value[], place: string): Output {
  const scores = values.map((value) => {
    if (typeof value !== 'number') throw new CaptureFault(place, 'a list must hold the scores of the classes, all numbers');
    return value;
  });
  const best = scores.indexOf(Math.max(...scores));
  return { value: best, class: String(best), scores: Object.fromEntries(scores.map((score, index) => [String(index), score])) };
}
