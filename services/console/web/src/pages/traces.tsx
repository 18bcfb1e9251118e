import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TraceSummary } from '../api/console-views.js';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar } from '../parts/filter-bar.js';
import { TraceLink } from '../parts/links.js';
import { count, milliseconds } from '../parts/numbers.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { Status } from '../parts/status.js';
import { Time } from '../parts/time.js';

const route = getRouteApi('/traces');

interface TraceList {
  readonly items: readonly TraceSummary[];
  readonly spans: number;
  readonly dropped: number;
  readonly asOf: string;
}

/** Traces that this console keeps itself, for installations without Jaeger. */
export function TracesPage(): ReactNode {
  const { only, requests } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath('traces', { limit: 200, events: requests === 'shown' ? undefined : 'with' });
  const query = useResource<TraceList>(path, { refetchInterval: 10_000 });
  const wanted = ({ root, services }: TraceSummary): boolean =>
    only === undefined || `${root} ${services.join(' ')}`.toLowerCase().includes(only.toLowerCase());
  return (
    <div className="stack">
      <PageHead title="Traces" />
      <FilterBar
        fields={[
          { name: 'only', label: 'first span or service holds' },
          { name: 'requests', label: 'requests without events', options: [{ value: 'shown', label: 'shown' }], none: 'left out' },
        ]}
        values={{ only, requests }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values }), replace: true })}
      />
      <Panel
        title="The newest traces"
        query={query}
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{
          text: 'No trace has arrived. Services send them to the console unless OTEL_EXPORTER_OTLP_ENDPOINT names another place.',
          command: 'drawbridge doctor --loop',
        }}
      >
        {({ items, spans, dropped }) => (
          <>
            <p className="quiet small">
              {count(spans)} spans kept in memory, {count(dropped)} had to go. Showing {items.filter(wanted).length} of the newest{' '}
              {items.length} traces, of every project.
            </p>
            <div className="scroll" tabIndex={0} role="region" aria-label="traces">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">begun</th>
                    <th scope="col">first span</th>
                    <th scope="col">services</th>
                    <th scope="col" className="num">
                      spans
                    </th>
                    <th scope="col" className="num">
                      length
                    </th>
                    <th scope="col">result</th>
                  </tr>
                </thead>
                <tbody>
                  {items.filter(wanted).map((trace) => (
                    <tr key={trace.traceId}>
                      <td className="nowrap">
                        <Time at={trace.startMs} />
                      </td>
                      <th scope="row">
                        <TraceLink id={trace.traceId}>{trace.root}</TraceLink>
                      </th>
                      <td>{trace.services.join(', ')}</td>
                      <td className="num">{trace.spans}</td>
                      <td className="num">{milliseconds(trace.durationMs)}</td>
                      <td>{trace.failed ? <Status kind="bad">Failed</Status> : <Status kind="ok">Ok</Status>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Panel>
    </div>
  );
}
