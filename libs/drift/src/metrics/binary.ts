import type { ReferencePerformance } from '../baseline.js';
import { auc } from './auc.js';
import { calibrationError } from './calibration.js';

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** How good scores turned out to be. Rates without a denominator are null, never 0. */
export interface BinaryPerformance extends ReferencePerformance {
  readonly confusion: Confusion;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly f1: number | null;
}

/** Probabilities nearer 0 or 1 than this are clipped for the log loss. */
const CLIP = 1e-15;

/**
 * Measured performance of a binary classifier.
 * @param scores predicted probability of the positive class, in [0, 1]
 * @param labels 0 or 1 per score
 * @param threshold score from which the positive class is predicted
 */
export function binaryPerformance(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold = 0.5): BinaryPerformance {
  const rows = scores.length;
  if (rows === 0 || labels.length !== rows) throw new RangeError(`${labels.length} labels for ${rows} scores`);
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  let scoreSum = 0;
  let squares = 0;
  let logLoss = 0;
  for (let i = 0; i < rows; i += 1) {
    const score = scores[i]!;
    const label = labels[i]!;
    positives += label;
    scoreSum += score;
    squares += (score - label) ** 2;
    logLoss -= Math.log(Math.max(CLIP, label === 1 ? score : 1 - score));
    if (score >= threshold) {
      if (label === 1) truePositives += 1;
      else falsePositives += 1;
    }
  }
  const falseNegatives = positives - truePositives;
  const trueNegatives = rows - positives - falsePositives;
  return {
    rows,
    positives,
    confusion: { truePositives, falsePositives, trueNegatives, falseNegatives },
    accuracy: (truePositives + trueNegatives) / rows,
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, positives),
    specificity: ratio(trueNegatives, rows - positives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    auc: auc(scores, labels),
    brier: squares / rows,
    logLoss: logLoss / rows,
    calibrationError: calibrationError(scores, labels),
    positiveRate: positives / rows,
    meanScore: scoreSum / rows,
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
