import type { ApprovalView, Page } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar } from '../parts/filter-bar.js';
import { VersionLink } from '../parts/links.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { ApprovalCard } from './version/approval-card.js';

const route = getRouteApi('/approvals');

const lists = [
  { name: 'waiting', label: 'Waiting for me', query: { mine: 'waiting' } },
  { name: 'requested', label: 'My requests', query: { mine: 'requested' } },
  { name: 'open', label: 'All open', query: { status: 'pending' } },
  { name: 'all', label: 'All', query: {} },
] as const;

/** What waits for me, what did I ask for, what was decided? */
export function ApprovalsPage(): ReactNode {
  const { list, model, page } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = lists.find(({ name }) => name === list) ?? lists[0];
  const path = apiPath('approvals', { ...shown.query, model, pageToken: page });
  const query = useResource<Page<ApprovalView>>(path);
  return (
    <div className="stack">
      <PageHead title="Approvals" />
      <nav className="tabs" aria-label="which approvals">
        {lists.map(({ name, label }) => (
          <Link
            key={name}
            to="/approvals"
            search={{ list: name, model }}
            {...(name === shown.name ? { 'aria-current': 'page' } : { 'aria-current': undefined })}
          >
            {label}
          </Link>
        ))}
      </nav>
      <FilterBar
        fields={[{ name: 'model', label: 'model' }]}
        values={{ model }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title={shown.label}
        query={query}
        cli="drawbridge approval list"
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{
          text: 'Nothing here. A question appears when a version is registered whose policy wants a person.',
          command: 'drawbridge approval list',
        }}
      >
        {({ items, nextPageToken }) => (
          <>
            <ul className="plain stack">
              {items.map((approval) => (
                <li key={approval.id} className="panel">
                  <header>
                    <h3>
                      <VersionLink model={approval.model} version={approval.version} />
                    </h3>
                  </header>
                  <div className="panel-body">
                    <ApprovalCard approval={approval} />
                  </div>
                </li>
              ))}
            </ul>
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
