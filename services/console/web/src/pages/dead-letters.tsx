import type { DeadLetterView, Page } from '@drawbridge/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiPath } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { FilterBar, optionsOf } from '../parts/filter-bar.js';
import { PageHead } from '../parts/page-head.js';
import { Pager } from '../parts/pager.js';
import { Panel } from '../parts/panel.js';
import { StateOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { LetterCard } from './dead-letters/letter-card.js';

const route = getRouteApi('/dead-letters');
const services = ['registry', 'deployment', 'monitoring', 'governance', 'console'];

/** What could no service handle, why, and what shall become of it? */
export function DeadLettersPage(): ReactNode {
  const { service = 'monitoring', status = 'open', id, page } = route.useSearch();
  const navigate = route.useNavigate();
  const path = apiPath(`services/${service}/dead-letters`, { status: status === 'all' ? undefined : status, pageToken: page });
  const query = useResource<Page<DeadLetterView>>(path, { ofInstallation: true });
  return (
    <div className="stack">
      <PageHead title="Dead letters" />
      <nav className="tabs" aria-label="service">
        {services.map((each) => (
          <Link
            key={each}
            to="/dead-letters"
            search={{ service: each, status }}
            {...{ 'aria-current': each === service ? ('page' as const) : undefined }}
          >
            {each}
          </Link>
        ))}
      </nav>
      <FilterBar
        fields={[{ name: 'status', label: 'status', options: optionsOf('open', 'replayed', 'discarded') }]}
        values={{ status: status === 'all' ? undefined : status }}
        onChange={(values) =>
          void navigate({ search: (before) => ({ ...before, status: values['status'] ?? 'all', page: undefined }), replace: true })
        }
      />
      <Panel
        title={`What could ${service} not handle?`}
        query={query}
        cli={`drawbridge events dlq list --service ${service}`}
        api={path}
        isEmpty={({ items }) => items.length === 0}
        empty={{
          text: 'No message matches. Every one was handled, or was decided on.',
          command: `drawbridge events dlq list --service ${service}`,
        }}
      >
        {({ items, nextPageToken }) => (
          <>
            <Groups letters={items} />
            <ul className="plain stack">
              {items.map((letter) => (
                <li key={letter.id}>
                  <div className="row">
                    <StateOf family="letters" value={letter.status} />
                    <button
                      type="button"
                      className="link-button"
                      aria-expanded={id === letter.id}
                      onClick={() =>
                        void navigate({ search: (before) => ({ ...before, id: id === letter.id ? undefined : letter.id }), replace: true })
                      }
                    >
                      {letter.topic} p{letter.partition}@{letter.offset}
                    </button>
                    <span>{letter.reason}</span>
                    <span className="quiet small">
                      <Time at={letter.firstSeen} />
                    </span>
                  </div>
                  {id === letter.id ? <LetterCard service={service} letter={letter} /> : null}
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

/** The same reason many times is one thing to look at. */
function Groups({ letters }: { letters: readonly DeadLetterView[] }): ReactNode {
  const byReason = new Map<string, number>();
  for (const { reason } of letters) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  return <p className="quiet small">On this page: {[...byReason].map(([reason, times]) => `${reason} × ${String(times)}`).join(', ')}</p>;
}
