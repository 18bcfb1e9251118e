import type { DeploymentView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';

/** Where a step stands; steps are counted from 0. */
function stateOf(index: number, { step, status }: DeploymentView): 'passed' | 'now' | 'left here' | 'to come' {
  if (status === 'promoted' || (index < step && status !== 'requested' && status !== 'blocked')) return 'passed';
  if (index > step || status === 'requested' || status === 'blocked') return 'to come';
  return status === 'progressing' || status === 'paused' ? 'now' : 'left here';
}

/** The plan, and where it stands. */
export function Steps({ deployment }: { deployment: DeploymentView }): ReactNode {
  const { strategy, windowsPassed, status } = deployment;
  if (strategy.kind === 'direct') return <p className="quiet">Direct: all traffic at once, no steps.</p>;
  return (
    <ol className="steps" aria-label="steps of the rollout">
      {strategy.steps.map(({ weight, windows, minSamples }, index) => {
        const place = index + 1;
        const state = stateOf(index, deployment);
        return (
          <li key={place} {...(state === 'now' ? { 'aria-current': 'step' as const } : {})}>
            <strong>
              {place}. {weight} %
            </strong>{' '}
            <span className="quiet small">
              {state === 'now' ? `${String(windowsPassed)} of ${String(windows)} windows passed` : state}
              {minSamples > 0 ? `, at least ${String(minSamples)} rows` : ''}
            </span>
          </li>
        );
      })}
      <li>
        <strong>100 %</strong> <span className="quiet small">{status === 'promoted' ? 'reached' : 'to come'}</span>
      </li>
    </ol>
  );
}
