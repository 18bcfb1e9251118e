import type { FeatureFinding } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { interval, measure, percent } from '../../parts/numbers.js';
import { Status } from '../../parts/status.js';

/** What the tests found, the furthest first. */
export function Findings({ findings }: { findings: readonly FeatureFinding[] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="findings by feature">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">feature</th>
            <th scope="col">verdict</th>
            <th scope="col" className="num">
              effect
            </th>
            <th scope="col" className="num">
              statistic
            </th>
            <th scope="col" className="num">
              threshold
            </th>
            <th scope="col">moved most</th>
          </tr>
        </thead>
        <tbody>
          {findings
            .toSorted((a, b) => b.effect - a.effect)
            .map((finding) => (
              <tr key={finding.feature + (finding.test ?? '')}>
                <th scope="row">
                  {finding.feature}
                  <div className="quiet small">{finding.test}</div>
                </th>
                <td>
                  <Verdict finding={finding} />
                </td>
                <td className="num">
                  {measure(finding.effect)}
                  <div className="quiet small">{interval(finding.interval)}</div>
                </td>
                <td className="num">{measure(finding.statistic)}</td>
                <td className="num">{measure(finding.threshold)}</td>
                <td className="small">
                  {finding.words}
                  {finding.words !== undefined && finding.topCells !== undefined && finding.topCells.length > 0 ? '; ' : ''}
                  {(finding.topCells ?? [])
                    .slice(0, 5)
                    .map(({ cell, reference, window }) => `${cell} ${percent(reference)} → ${percent(window)}`)
                    .join(', ')}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** An alarm needs both: surprising and material. What is surprising alone has moved, and alarms nobody. */
function Verdict({ finding }: { finding: FeatureFinding }): ReactNode {
  if (finding.alarming) return <Status kind="bad">Alarm</Status>;
  return finding.statistic > finding.threshold ? <Status kind="watch">Moved</Status> : <Status kind="ok">Quiet</Status>;
}
