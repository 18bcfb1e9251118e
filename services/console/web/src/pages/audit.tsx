import type { AuditEntryView, AuditVerification, Page } from '@drawbridge/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath, call } from '../api/client.js';
import { useForbidden } from '../api/session.js';
import { useResource } from '../api/use-resource.js';
import { ActionButton, Reasons } from '../parts/action-button.js';
import { FilterBar, optionsOf } from '../parts/filter-bar.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { ProblemNotice } from '../parts/problem.js';
import { Status } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { AuditTable } from './audit/audit-table.js';

const route = getRouteApi('/audit');

/** Who did what, when, why; is the record complete and unaltered? */
export function AuditPage(): ReactNode {
  const { actor, action, subject, outcome, page } = route.useSearch();
  const navigate = route.useNavigate();
  const forbidden = useForbidden('audit.read');
  const path = apiPath('audit', { actor, action, subject, outcome, pageToken: page });
  const query = useResource<Page<AuditEntryView>>(path);
  return (
    <div className="stack">
      <PageHead title="Audit" />
      <Verification forbidden={forbidden} />
      <FilterBar
        fields={[
          { name: 'actor', label: 'actor id' },
          { name: 'action', label: 'action' },
          { name: 'subject', label: 'subject' },
          { name: 'outcome', label: 'outcome', options: optionsOf('ok', 'refused', 'failed') },
        ]}
        values={{ actor, action, subject, outcome }}
        onChange={(values) => void navigate({ search: (before) => ({ ...before, ...values, page: undefined }), replace: true })}
      />
      <Panel
        title="Who did what?"
        query={query}
        api={path}
        cli="drawbridge audit list"
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: 'No entry matches.' }}
      >
        {({ items, nextPageToken }) => (
          <>
            <AuditTable entries={items} />
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

function Verification({ forbidden }: { forbidden: string | undefined }): ReactNode {
  const check = useQuery({
    queryKey: ['audit-verification'],
    queryFn: () => call<AuditVerification>('/api/v1/audit/verify'),
    enabled: false,
  });
  const { data, error } = check;
  return (
    <section className="panel" aria-labelledby="verification">
      <header>
        <h2 id="verification">Is the record complete and unaltered?</h2>
      </header>
      <div className="panel-body stack">
        <div className="actions">
          <ActionButton look="filled" busy={check.isFetching} why={forbidden} onAct={() => void check.refetch()}>
            Verify the log
          </ActionButton>
        </div>
        <Reasons of={[{ name: 'Verify the log', why: forbidden }]} />
        <div role="status">
          {data === undefined ? (
            <p className="quiet">Every leaf and the root are computed again from the stored entries.</p>
          ) : (
            <Result result={data} />
          )}
        </div>
        {error === null ? null : <ProblemNotice error={error} />}
      </div>
    </section>
  );
}

function Result({ result }: { result: AuditVerification }): ReactNode {
  return (
    <div className={`notice ${result.ok ? 'ok' : 'bad'} stack tight`}>
      <p>
        {result.ok ? <Status kind="ok">Unaltered</Status> : <Status kind="bad">Altered</Status>} {result.checked} of {result.treeSize}{' '}
        entries checked, <Time at={result.at} exact />
      </p>
      {result.firstBad === undefined ? null : (
        <p>
          Entry {result.firstBad.index}: {result.firstBad.why}
        </p>
      )}
      <p className="small">
        root <code>{result.rootHash}</code>
      </p>
    </div>
  );
}
