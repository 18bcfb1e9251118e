import type { DeploymentStatus, RolloutStrategy } from '@drawbridge/contracts';
import type { Comparison } from './guards.js';

/** A rollout as the decisions see it. */
export interface Rollout {
  readonly status: DeploymentStatus;
  readonly strategy: RolloutStrategy;
  readonly step: number;
  /** Windows that passed since the step was entered. */
  readonly windowsPassed: number;
  readonly stepEnteredAt: Date;
}

/** What follows from a comparison or from time passing. */
export type Decision =
  | { readonly kind: 'stay'; readonly windowsPassed: number; readonly why: string }
  | { readonly kind: 'advance'; readonly step: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'roll-back'; readonly why: string }
  | { readonly kind: 'pause-for-retraining'; readonly why: string };

/** One step of the rollout after a comparison of the arms. Only a progressing rollout is moved. */
export function afterComparison(rollout: Rollout, comparison: Comparison, now: Date): Decision {
  if (rollout.status !== 'progressing')
    return { kind: 'stay', windowsPassed: rollout.windowsPassed, why: `the rollout is ${rollout.status}` };
  if (comparison.verdict === 'fail') return { kind: 'roll-back', why: comparison.summary };
  if (comparison.worldMoved) return { kind: 'pause-for-retraining', why: comparison.summary };
  if (comparison.verdict === 'inconclusive') return { kind: 'stay', windowsPassed: rollout.windowsPassed, why: comparison.summary };
  return baked({ ...rollout, windowsPassed: rollout.windowsPassed + 1 }, now);
}

/** Is the current step done? Asked after every passed window and, for steps with a minimum time, by a timer. */
export function baked(rollout: Rollout, now: Date): Decision {
  const step = rollout.strategy.steps[rollout.step];
  const { windowsPassed } = rollout;
  if (rollout.status !== 'progressing' || step === undefined)
    return { kind: 'stay', windowsPassed, why: `the rollout is ${rollout.status}` };
  if (windowsPassed < step.windows) {
    return { kind: 'stay', windowsPassed, why: `${String(step.windows - windowsPassed)} more windows must pass` };
  }
  const wallMs = (step.minWallSeconds ?? 0) * 1000 - (now.getTime() - rollout.stepEnteredAt.getTime());
  if (wallMs > 0) return { kind: 'stay', windowsPassed, why: `${String(Math.ceil(wallMs / 1000))} more seconds of this step` };
  return rollout.step + 1 < rollout.strategy.steps.length ? { kind: 'advance', step: rollout.step + 1 } : { kind: 'promote' };
}
