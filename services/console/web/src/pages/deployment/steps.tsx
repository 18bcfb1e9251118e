import type { DeploymentView } from '@drawbridge/contracts';
import type { ReactNode } from 'react';

/** The plan, and where it stands. */
export function Steps({ deployment }: { deployment: DeploymentView }): ReactNode {
  const { strategy, step, windowsPassed, status } = deployment;
  if (strategy.kind === 'direct') return <p className="quiet">Direct: all traffic at once, no steps.</p>;
  const moving = status === 'progressing' || status === 'paused';
  return (
    <ol className="steps" aria-label="steps of the rollout">
      {strategy.steps.map(({ weight, windows, minSamples }, index) => {
        const place = index + 1;
        const state = status === 'promoted' || place < step ? 'passed' : place === step ? (moving ? 'now' : 'reached') : 'to come';
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
