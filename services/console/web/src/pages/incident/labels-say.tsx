import type { Page, PerformanceView } from '@drawbridge/contracts';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { apiPath } from '../../api/client.js';
import { resource } from '../../api/use-resource.js';
import { count, interval, measure } from '../../parts/numbers.js';
import { versionName } from '../../parts/version-name.js';
import type { RollbackEvent } from './evidence-types.js';

const metrics = ['accuracy', 'auc', 'brier'];

/** What the change would have cost: measured quality of both versions in the windows that led to the rollback, once their labels have come. */
export function LabelsSay({ rollback }: { rollback: RollbackEvent }): ReactNode {
  const { windows } = rollback.evidence;
  const answers = useQueries({
    queries: windows.map(({ monitorId, start, end }) =>
      resource<Page<PerformanceView>>(apiPath(`monitors/${monitorId}/performance`, { from: start, to: end, limit: 1 })),
    ),
  });
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
              <th scope="col">version</th>
              <th scope="col" className="num">
                labels
              </th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" className="num">
                  {metric}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {windows.map((window, index) => {
              const measured = answers[index]?.data?.items.find(({ windowId }) => windowId === window.windowId);
              return (
                <tr key={window.windowId}>
                  <th scope="row">
                    {versionName(window.version)} <span className="quiet">{window.variant}</span>
                  </th>
                  <td className="num">{measured === undefined ? 'none yet' : `${count(measured.labelled)} of ${count(measured.ofN)}`}</td>
                  {metrics.map((metric) => {
                    const found = measured?.metrics.find((each) => each.metric === metric);
                    return (
                      <td key={metric} className="num">
                        {measure(found?.value)}
                        <div className="quiet small">{interval(found?.interval)}</div>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
