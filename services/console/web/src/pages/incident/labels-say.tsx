import type { Page, PerformanceView } from '@drawbridge/contracts';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { apiPath } from '../../api/client.js';
import { resource } from '../../api/use-resource.js';
import { useProject } from '../../app/project.js';
import { count, interval, measure } from '../../parts/numbers.js';
import { versionName } from '../../parts/version-name.js';
import type { RollbackEvent } from './evidence-types.js';

const metrics = ['accuracy', 'auc', 'brier'];

/** What the change would have cost: measured quality of both versions in the windows that led to the rollback, once their labels have come. */
export function LabelsSay({ rollback }: { rollback: RollbackEvent }): ReactNode {
  const { windows } = rollback.evidence;
  const project = useProject();
  const answers = useQueries({
    queries: windows.map(({ monitorId, start, end }) =>
      resource<Page<PerformanceView>>(apiPath(`monitors/${monitorId}/performance`, { from: start, to: end, limit: 1 }), project),
    ),
  });
  const measured = windows.map(({ windowId }, index) => answers[index]?.data?.items.find((each) => each.windowId === windowId));
  return (
    <section className="panel" aria-labelledby="labels">
      <header>
        <h2 id="labels">What do the labels say?</h2>
        <span className="meta">the same windows, measured later</span>
      </header>
      <div className="panel-body scroll" tabIndex={0} role="region" aria-labelledby="labels">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">measured</th>
              {windows.map(({ windowId, version, variant }) => (
                <th key={windowId} scope="col" className="num">
                  {versionName(version)} {variant}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">labels</th>
              {measured.map((found, index) => (
                <td key={windows[index]?.windowId} className="num">
                  {found === undefined ? 'none yet' : `${count(found.labelled)} of ${count(found.ofN)}`}
                </td>
              ))}
            </tr>
            {metrics.map((metric) => (
              <tr key={metric}>
                <th scope="row">{metric}</th>
                {measured.map((found, index) => {
                  const value = found?.metrics.find((each) => each.metric === metric);
                  return (
                    <td key={windows[index]?.windowId} className="num">
                      {measure(value?.value)} <span className="quiet small">{interval(value?.interval)}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
