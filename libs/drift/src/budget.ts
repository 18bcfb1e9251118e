/** How many false alert episodes a user is ready to bear: at most `atMost` in `perWindows` base windows. */
export interface AlertBudget {
  readonly atMost: number;
  readonly perWindows: number;
}

/** What the budget is spent on. The weights are fixed and sum to one. */
export type AlertFamily = 'input' | 'prediction' | 'quality' | 'performance' | 'fairness';

export const FAMILY_WEIGHTS: Readonly<Record<AlertFamily, number>> = {
  input: 0.5,
  prediction: 0.15,
  quality: 0.1,
  performance: 0.2,
  fairness: 0.05,
};

/** Sums of this many base windows are tested, each once per as many windows. */
export const SCALES: readonly number[] = [1, 4, 16, 64];

/** Share of each scale in its family's budget. */
export const SCALE_WEIGHTS: readonly number[] = [0.4, 0.2, 0.2, 0.2];

/** A p-value above this is never an alarm, however large the budget. */
const HIGHEST_LEVEL = 0.05;

/**
 * Level of one test of one feature at one scale. Bonferroni over families, features and scales, so the sum of
 * `level / scale` over all of them is at most `atMost / perWindows`, whatever the dependence between them.
 * @param tested features (or checks) of the family that share its budget
 */
export function levelOf(budget: AlertBudget, family: AlertFamily, tested: number, scale: number): number {
  const weight = SCALE_WEIGHTS[SCALES.indexOf(scale)];
  if (weight === undefined) throw new RangeError(`scale ${scale} is not one of ${SCALES.join(', ')}`);
  const perWindow = budget.atMost / budget.perWindows;
  return Math.min(HIGHEST_LEVEL, (scale * weight * FAMILY_WEIGHTS[family] * perWindow) / Math.max(1, tested));
}
