import type { ReactNode } from 'react';
import { count } from '../../parts/numbers.js';
import { StateOf } from '../../parts/status.js';
import { GuardTable } from '../deployment/guards.js';
import type { IncidentEvidence } from './evidence-types.js';
import { versionName } from '../../parts/version-name.js';

/** The windows of both versions that led to what was done, and the guards as they stood. */
export function Traffic({ evidence: { rollback, retraining, detections } }: { evidence: IncidentEvidence }): ReactNode {
  const windows =
    rollback?.evidence.windows ??
    retraining?.evidence?.windows ??
    detections.map((event) => ({
      windowId: event.windowId,
      version: event.version,
      variant: event.variant,
      start: event.window.start,
      n: event.window.n,
      verdict: 'alarming',
    }));
  return (
    <section className="panel" aria-labelledby="traffic">
      <header>
        <h2 id="traffic">Traffic in these windows</h2>
      </header>
      <div className="panel-body stack">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">window</th>
              <th scope="col">version</th>
              <th scope="col" className="num">
                n
              </th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {windows.map((window) => (
              <tr key={window.windowId}>
                <th scope="row">{window.start.slice(0, 10)}</th>
                <td>
                  {versionName(window.version)} {window.variant}
                </td>
                <td className="num">{count(window.n)}</td>
                <td>
                  <StateOf family="verdicts" value={window.verdict} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rollback === undefined || rollback.evidence.checks.length === 0 ? null : (
          <details>
            <summary>Guards at that moment</summary>
            <GuardTable checks={rollback.evidence.checks} />
          </details>
        )}
      </div>
    </section>
  );
}
