import { Checkbox } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { segment } from '../api/client.js';
import type { PlatformView, TraceView } from '../api/console-views.js';
import { useResource } from '../api/use-resource.js';
import { isDatabase, withoutDatabase } from '../charts/span-tree.js';
import { Waterfall } from '../charts/waterfall.js';
import { Id } from '../parts/copy.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { EventTable } from './events/event-table.js';

const route = getRouteApi('/traces/$id');

/** What took how long, in which service, and which events came of it? */
export function TracePage(): ReactNode {
  const { id } = route.useParams();
  const { span, database } = route.useSearch();
  const navigate = route.useNavigate();
  const path = `/api/v1/traces/${segment(id)}`;
  const query = useResource<TraceView>(path);
  const platform = useResource<PlatformView>('/api/v1/platform', { ofInstallation: true });
  const elsewhere = platform.data?.tracesUrl?.replace('{traceId}', encodeURIComponent(id));
  return (
    <div className="stack">
      <PageHead title="Trace">
        <Id value={id} />
        {elsewhere === undefined ? null : (
          <a href={elsewhere} rel="noreferrer" target="_blank">
            open in Jaeger
          </a>
        )}
      </PageHead>
      <Panel
        title="What took how long?"
        query={query}
        api={path}
        isEmpty={({ spans }) => spans.length === 0}
        empty={{ text: 'Its spans are not kept here (any more). The events below were published in it.' }}
      >
        {({ spans }) => (
          <div className="stack tight">
            <Checkbox
              label={`show the ${String(spans.filter(isDatabase).length)} spans of the database`}
              checked={database === 'shown'}
              onChange={(event) => {
                const shown = event.currentTarget.checked ? 'shown' : undefined;
                void navigate({ search: (before) => ({ ...before, database: shown }), replace: true, resetScroll: false });
              }}
            />
            <Waterfall
              spans={database === 'shown' ? spans : withoutDatabase(spans)}
              open={span}
              onOpen={(next) => void navigate({ search: (before) => ({ ...before, span: next }), replace: true, resetScroll: false })}
            />
          </div>
        )}
      </Panel>
      <Panel
        title="Which events were published in it?"
        query={query}
        isEmpty={({ events }) => events.length === 0}
        empty={{ text: 'None of the control topics.' }}
      >
        {({ events }) => <EventTable events={events} />}
      </Panel>
    </div>
  );
}
