import type { MonitorView, Page } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { ModelLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { StateOf, Status } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { DriftPanel } from './monitoring/drift-panel.js';
import { MonitorHead } from './monitoring/monitor-head.js';
import { QualityPanel } from './monitoring/quality-panel.js';
import { TrafficPanel } from './monitoring/traffic-panel.js';
import { WindowPanel } from './monitoring/window-panel.js';
import { versionName } from '../parts/version-name.js';

const route = getRouteApi('/models/$name/monitoring');
const PerformancePanel = lazy(() => import('./monitoring/performance-panel.js').then((part) => ({ default: part.PerformancePanel })));

const views = [
  { name: 'drift', label: 'Drift' },
  { name: 'performance', label: 'Performance' },
  { name: 'quality', label: 'Data quality' },
  { name: 'traffic', label: 'Traffic and latency' },
] as const;

/** Which inputs moved, since when, how far, does it matter, are the labels enough? */
export function MonitoringPage(): ReactNode {
  const { name } = route.useParams();
  const search = route.useSearch();
  const path = apiPath('monitors', { model: name, limit: 100 });
  const query = useResource<Page<MonitorView>>(path);
  const monitors = query.data?.items ?? [];
  const monitor = monitors.find(({ id }) => id === search.monitor) ?? monitors.find(({ status }) => status === 'active') ?? monitors[0];
  const shown = views.find((view) => view.name === search.view)?.name ?? 'drift';
  return (
    <div className="stack">
      <PageHead title={`Monitoring of ${name}`}>
        <ModelLink name={name} />
      </PageHead>
      <Panel
        title="Which version is watched?"
        query={query}
        cli={`drawbridge monitor list --model ${name}`}
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No monitor yet. One begins to watch when a version is deployed.', command: 'drawbridge deployment create --help' }}
      >
        {({ items }) => (
          <div className="scroll" tabIndex={0} role="region" aria-label="monitors">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">version</th>
                  <th scope="col">endpoint</th>
                  <th scope="col">status</th>
                  <th scope="col">drift</th>
                  <th scope="col">newest prediction</th>
                </tr>
              </thead>
              <tbody>
                {items.map((each) => (
                  <tr key={each.id}>
                    <th scope="row">
                      <Link
                        to="/models/$name/monitoring"
                        params={{ name }}
                        search={{ monitor: each.id, view: search.view }}
                        {...{ 'aria-current': each.id === monitor?.id ? ('true' as const) : undefined }}
                      >
                        {versionName(each.version)}
                      </Link>{' '}
                      {each.id === monitor?.id ? <span className="tag">shown below</span> : null}
                    </th>
                    <td>
                      {each.endpoint} <span className="quiet small">{each.variant}</span>
                    </td>
                    <td>
                      <StateOf family="monitors" value={each.status} />
                    </td>
                    <td>
                      {each.alarm === undefined ? (
                        <Status kind="ok">Quiet</Status>
                      ) : (
                        <Status kind="bad">Alarm: {each.alarm.features.slice(0, 4).join(', ')}</Status>
                      )}
                    </td>
                    <td>
                      <Time at={each.lastEventAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {monitor === undefined ? null : (
        <>
          <MonitorHead monitor={monitor} />
          <nav className="tabs" aria-label="what is shown of the monitor">
            {views.map((view) => (
              <Link
                key={view.name}
                to="/models/$name/monitoring"
                params={{ name }}
                search={{ monitor: monitor.id, view: view.name }}
                {...{ 'aria-current': view.name === shown ? ('page' as const) : undefined }}
              >
                {view.label}
              </Link>
            ))}
          </nav>
          {shown === 'drift' ? (
            <>
              <DriftPanel monitor={monitor} />
              {search.window === undefined ? null : <WindowPanel windowId={search.window} feature={search.feature} />}
            </>
          ) : null}
          {shown === 'performance' ? (
            <Suspense fallback={<p className="quiet">Loading the chart…</p>}>
              <PerformancePanel monitor={monitor} />
            </Suspense>
          ) : null}
          {shown === 'quality' ? <QualityPanel monitor={monitor} /> : null}
          {shown === 'traffic' ? <TrafficPanel monitor={monitor} /> : null}
        </>
      )}
    </div>
  );
}
