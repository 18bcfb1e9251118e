import type { MonitorView, Page, PerformanceView } from '@drawbridge/contracts';
import { NativeSelect } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { apiPath } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { Series } from '../../charts/series.js';
import { count, interval, measure, percent } from '../../parts/numbers.js';
import { Panel } from '../../parts/panel.js';
import { Status } from '../../parts/status.js';

const route = getRouteApi('/models/$name/monitoring');

/** How good were the predictions, as far as the labels have come. */
export function PerformancePanel({ monitor }: { monitor: MonitorView }): ReactNode {
  const path = apiPath(`monitors/${monitor.id}/performance`, { limit: 60 });
  const query = useResource<Page<PerformanceView>>(path);
  return (
    <Panel
      title="How good were the predictions?"
      query={query}
      api={path}
      cli={`drawbridge monitor performance ${monitor.id}`}
      isEmpty={({ items }) => items.length === 0}
      empty={{
        text: 'No labels have come yet. They are sent as label.received with the id of the prediction.',
        command: 'drawbridge predict --help',
      }}
    >
      {({ items }) => <Measured windows={items} needed={monitor.settings.labelCoverage} />}
    </Panel>
  );
}

function Measured({ windows, needed }: { windows: readonly PerformanceView[]; needed: number }): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const names = useMemo(() => [...new Set(windows.flatMap(({ metrics }) => metrics.map(({ metric }) => metric)))], [windows]);
  const metric =
    search.metric !== undefined && names.includes(search.metric) ? search.metric : (names.find((name) => name === 'auc') ?? names[0] ?? '');
  const ordered = useMemo(() => [...windows].sort((a, b) => a.start.localeCompare(b.start)), [windows]);
  const points = useMemo(
    () =>
      ordered.map(({ start, metrics }) => {
        const found = metrics.find(({ metric: name }) => name === metric);
        return {
          x: Date.parse(start),
          value: found?.value ?? null,
          ...(found?.interval === undefined ? {} : { interval: found.interval }),
        };
      }),
    [ordered, metric],
  );
  return (
    <div className="stack">
      <div className="row row-end">
        <NativeSelect
          size="xs"
          label="metric"
          value={metric}
          data={names}
          onChange={(event) => {
            const next = event.currentTarget.value;
            void navigate({ search: (before) => ({ ...before, metric: next }), replace: true, resetScroll: false });
          }}
        />
        <p className="quiet small">
          The band is the interval. A window counts as measured from {percent(needed, 0)} of its labels; later labels revise it.
        </p>
      </div>
      <Series points={points} label={metric} />
      <div className="scroll" tabIndex={0} role="region" aria-label="performance by window">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">window</th>
              <th scope="col">state</th>
              <th scope="col" className="num">
                labels
              </th>
              <th scope="col" className="num">
                coverage
              </th>
              <th scope="col" className="num">
                revision
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ordered.toReversed().map((window) => (
              <tr key={window.windowId}>
                <th scope="row">{window.start.slice(0, 10)}</th>
                <td>
                  {window.revision === 0 ? (
                    <Status kind="waiting">Waits for labels</Status>
                  ) : window.revision === 1 ? (
                    <Status kind="ok">Measured</Status>
                  ) : (
                    <Status kind="info">Revised</Status>
                  )}
                </td>
                <td className="num">
                  {count(window.labelled)} of {count(window.ofN)}
                </td>
                <td className="num">{percent(window.coverage)}</td>
                <td className="num">{window.revision}</td>
                {names.map((name) => {
                  const found = window.metrics.find(({ metric: each }) => each === name);
                  return (
                    <td key={name} className="num">
                      {measure(found?.value)}
                      <div className="quiet small">{interval(found?.interval)}</div>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
