import type { DeploymentView, GuardCheck } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { count, interval, measure } from '../../parts/numbers.js';
import { StateOf } from '../../parts/status.js';
import { Time } from '../../parts/time.js';

type Analysis = DeploymentView['analyses'][number];

/** The newest analysis guard by guard, with how each guard went before. */
export function Guards({ analyses }: { analyses: readonly Analysis[] }): ReactNode {
  const newest = newestFirst(analyses)[0];
  if (newest === undefined) return null;
  return (
    <div className="stack">
      <p>
        <StateOf family="verdicts" value={newest.verdict} /> {newest.summary}{' '}
        <span className="quiet small">
          step {newest.step + 1}, <Time at={newest.at} />
          {newest.period === undefined ? '' : `, event time ${newest.period.start.slice(0, 16)} to ${newest.period.end.slice(0, 16)}`}
        </span>
      </p>
      <GuardTable checks={newest.checks} analyses={analyses} />
    </div>
  );
}

export function GuardTable({ checks, analyses = [] }: { checks: readonly GuardCheck[]; analyses?: readonly Analysis[] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="guards">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">guard</th>
            <th scope="col">verdict</th>
            <th scope="col" className="num">
              candidate
            </th>
            <th scope="col" className="num">
              stable
            </th>
            <th scope="col">bound</th>
            <th scope="col" className="num">
              n candidate
            </th>
            <th scope="col" className="num">
              n stable
            </th>
            <th scope="col">why</th>
            {analyses.length > 1 ? <th scope="col">before</th> : null}
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr key={check.guard}>
              <th scope="row">{check.guard}</th>
              <td>
                <StateOf family="verdicts" value={check.verdict} />
              </td>
              <td className="num">
                {measure(check.candidate)}
                <div className="quiet small">{interval(check.interval)}</div>
              </td>
              <td className="num">{measure(check.stable)}</td>
              <td>{check.bound}</td>
              <td className="num">{count(check.candidateRows)}</td>
              <td className="num">{count(check.stableRows)}</td>
              <td>{check.why}</td>
              {analyses.length > 1 ? <td className="small">{before(check.guard, analyses)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function before(guard: string, analyses: readonly Analysis[]): string {
  return newestFirst(analyses)
    .slice(1, 11)
    .map(({ checks }) => checks.find((check) => check.guard === guard)?.verdict)
    .filter((verdict) => verdict !== undefined)
    .join(', ');
}

/** Every analysis, newest first. */
export function Analyses({ analyses }: { analyses: readonly Analysis[] }): ReactNode {
  return (
    <ol className="plain">
      {newestFirst(analyses).map((analysis) => (
        <li key={analysis.at + analysis.windowIds.join()}>
          <details>
            <summary>
              <StateOf family="verdicts" value={analysis.verdict} /> step {analysis.step + 1}, <Time at={analysis.at} />: {analysis.summary}
            </summary>
            <GuardTable checks={analysis.checks} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function newestFirst(analyses: readonly Analysis[]): Analysis[] {
  return [...analyses].sort((a, b) => b.at.localeCompare(a.at));
}
