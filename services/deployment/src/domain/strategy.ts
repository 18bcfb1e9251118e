import type { RolloutStep, RolloutStrategy } from '@drawbridge/contracts';

/** What a canary does when the request names no steps: a tenth, a quarter, a half. */
export const defaultSteps: readonly RolloutStep[] = [
  { weight: 10, windows: 1, minSamples: 300 },
  { weight: 25, windows: 1, minSamples: 300 },
  { weight: 50, windows: 1, minSamples: 300 },
];

export interface StrategyProblem {
  readonly field: string;
  readonly message: string;
}

/** What is wrong with a strategy; empty when it can be carried out. */
export function strategyProblems(strategy: RolloutStrategy): StrategyProblem[] {
  const problems: StrategyProblem[] = [];
  if (strategy.kind === 'direct' && strategy.steps.length > 0) {
    problems.push({ field: 'strategy.steps', message: 'a direct deployment has no steps; leave them out or choose kind canary' });
  }
  strategy.steps.forEach((step, index) => {
    const before = index === 0 ? 0 : (strategy.steps[index - 1]?.weight ?? 0);
    if (step.weight <= before || step.weight >= 100) {
      problems.push({
        field: `strategy.steps.${String(index)}.weight`,
        message: `weights must climb from above ${String(before)} and stay below 100; got ${String(step.weight)}`,
      });
    }
    if (step.windows === 0 && (step.minWallSeconds ?? 0) === 0) {
      problems.push({
        field: `strategy.steps.${String(index)}.windows`,
        message: 'a step needs windows or minWallSeconds, or nothing is judged',
      });
    }
  });
  return problems;
}

/** The strategy that a request means: canary with the default steps unless it says otherwise. */
export function completeStrategy(requested: RolloutStrategy | undefined): RolloutStrategy {
  if (requested === undefined) return { kind: 'canary', steps: [...defaultSteps] };
  if (requested.kind === 'canary' && requested.steps.length === 0) return { kind: 'canary', steps: [...defaultSteps] };
  return requested;
}
