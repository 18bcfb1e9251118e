import type { AlertBudget } from './budget.js';

/** What the user wants to hear about. */
export interface JudgePolicy {
  /** Change, as PSI equivalent, below which nothing is an alarm. 0.01 is a shift of the mean by 0.1 sd. */
  readonly materiality: number;
  /** Share of references for which the budget is promised. */
  readonly assurance: number;
  readonly budget: AlertBudget;
  /** Windows with fewer rows are not judged. */
  readonly minRows: number;
  /** Rates of missing, invalid, unseen and out-of-range values may rise by this share of rows. */
  readonly qualityTolerance: number;
  /**
   * `assured` compares with the pooled reference; `periodic` also demands that a numeric feature leaves what the
   * periods of the reference predict, for traffic that varies from period to period by itself.
   */
  readonly mode: 'assured' | 'periodic';
}

export const DEFAULT_POLICY: JudgePolicy = {
  materiality: 0.01,
  assurance: 0.9,
  budget: { atMost: 1, perWindows: 30 },
  minRows: 200,
  qualityTolerance: 0.01,
  mode: 'assured',
};

/** Throws a RangeError that names the setting when one is out of bounds. */
export function checkPolicy(policy: JudgePolicy): void {
  const { materiality, assurance, budget, minRows, qualityTolerance } = policy;
  const demand = (ok: boolean, message: string): void => {
    if (!ok) throw new RangeError(`policy: ${message}`);
  };
  demand(materiality >= 0 && materiality < 10, 'materiality must be from 0 to below 10');
  demand(assurance >= 0.5 && assurance < 1, 'assurance must be from 0.5 to below 1');
  demand(budget.atMost > 0 && budget.perWindows > 0, 'budget must be positive');
  demand(minRows >= 1, 'minRows must be at least 1');
  demand(qualityTolerance >= 0 && qualityTolerance < 1, 'qualityTolerance must be from 0 to below 1');
}
