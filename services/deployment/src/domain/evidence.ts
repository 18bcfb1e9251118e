import type { EventMap } from '@drawbridge/contracts';
import type { ArmWindow, WindowPair } from './arm-window.js';
import type { Comparison } from './guards.js';

export type RollbackEvidence = EventMap['deployment.rolledback']['evidence'];

/** Nothing but a person's word: the evidence of a rollback by hand. */
export const noEvidence: RollbackEvidence = { windows: [], features: [], checks: [], exemplars: [], ruledOut: [] };

/** The windows, features and checks that a decision rests on, and what was ruled out. */
export function evidenceOf(pair: WindowPair, comparison: Comparison): RollbackEvidence {
  return {
    windows: windowsOf(pair),
    features: [...comparison.candidateOnly],
    checks: comparison.checks,
    exemplars: [],
    ruledOut: ruledOut(pair, comparison),
  };
}

/** Both windows of a pair as events carry them. */
export function windowsOf({ candidate, stable }: WindowPair): RollbackEvidence['windows'] {
  return [
    { ...facts(candidate), variant: 'candidate' },
    { ...facts(stable), variant: 'stable' },
  ];
}

function facts({ windowId, monitorId, version, start, end, n, verdict }: ArmWindow): Omit<RollbackEvidence['windows'][number], 'variant'> {
  return { windowId, monitorId, version, start, end, n, verdict };
}

function ruledOut(pair: WindowPair, comparison: Comparison): string[] {
  const found: string[] = [];
  if (comparison.common.length === 0)
    found.push(`a change of the world: the stable arm is at its baseline over the same period (n=${String(pair.stable.n)})`);
  for (const check of comparison.checks) if (check.verdict === 'pass') found.push(`${check.guard}: ${check.why}`);
  return found;
}
