import type { Page } from '@drawbridge/contracts';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import type { StoredEvent } from '../api/console-views.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar } from '../parts/filter-bar.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { EventTable } from './events/event-table.js';
import { LiveTail } from './events/live-tail.js';

const route = getRouteApi('/events');

/** What passes now, and what has passed? */
export function EventsPage(): ReactNode {
  const { topic, text, key, chain, page } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath('events', { topic, text, key, chainId: chain, pageToken: page });
  const query = useResource<Page<StoredEvent>>(path);
  return (
    <div className="stack">
      <PageHead title="Events" />
      <FilterBar
        fields={[
          { name: 'topic', label: 'topic' },
          { name: 'text', label: 'text in the data' },
          { name: 'key', label: 'key' },
          { name: 'chain', label: 'chain id' },
        ]}
        values={{ topic, text, key, chain }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <LiveTail topic={topic} text={text} />
      <Panel
        title="History, newest first"
        query={query}
        cli="drawbridge events tail"
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No event matches.', command: 'npm run demo' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <EventTable events={items} />
            <Pager
              current={page}
              next={nextPageToken}
              go={(token) => void navigate({ search: (before) => ({ ...before, page: token }) })}
            />
          </>
        )}
      </Panel>
    </div>
  );
}
