import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { segment } from '../api/client.js';
import type { EventPageView } from '../api/console-views.js';
import { useResource } from '../api/use-resource.js';
import { ActorName } from '../parts/actor.js';
import { CopyButton, Id } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { TraceLink } from '../parts/links.js';
import { InProject } from '../parts/in-project.js';
import { PageHead } from '../parts/page-head.js';
import { Panel } from '../parts/panel.js';
import { Time } from '../parts/time.js';
import { CausalChain } from './events/causal-chain.js';
import { eventWords } from './events/event-words.js';

const route = getRouteApi('/events/$id');

/** What does it say, what caused it, what followed from it? */
export function EventPage(): ReactNode {
  const { id } = route.useParams();
  const path = `/api/v1/events/${segment(id)}`;
  const query = useResource<EventPageView>(path);
  return (
    <InProject project={query.data?.event.project}>
      <div className="stack">
        <PageHead title={query.data?.event.topic ?? 'Event'} />
        <div className="grid-wide">
          <Panel title="What does it say?" query={query} api={path}>
            {({ event }) => (
              <div className="stack">
                <p>{eventWords(event)}</p>
                <Facts
                  of={{
                    id: <Id value={event.id ?? id} />,
                    time: <Time at={event.time} exact />,
                    by: event.actor === undefined ? undefined : <ActorName actor={event.actor} />,
                    project: event.project,
                    source: <code>{event.source}</code>,
                    sequence: event.sequence,
                    key: event.key === null ? undefined : <Id value={event.key} />,
                    place: `partition ${String(event.partition)}, offset ${event.offset}`,
                    trace: event.traceId === undefined ? 'none' : <TraceLink id={event.traceId}>{event.traceId}</TraceLink>,
                    chain: event.chainId === undefined ? undefined : <Id value={event.chainId} />,
                    cause: event.causeId === undefined ? 'none: it began the chain' : <Id value={event.causeId} />,
                  }}
                />
                <div className="row spread">
                  <h3>Data</h3>
                  <CopyButton text={JSON.stringify(event.data, null, 2)}>copy JSON</CopyButton>
                </div>
                <pre className="notice document" tabIndex={0} role="region" aria-label="data of the event">
                  {JSON.stringify(event.data, null, 2)}
                </pre>
              </div>
            )}
          </Panel>
          <Panel title="What led to it, what followed?" query={query}>
            {({ event, relatives, chainLength }) => (
              <div className="stack">
                <CausalChain chain={relatives} here={event.id ?? id} />
                <p className="small quiet">
                  {relatives.length} of {chainLength} events of the chain.{' '}
                  <Link to="/events" search={{ chain: event.chainId ?? id }}>
                    all of them
                  </Link>
                </p>
              </div>
            )}
          </Panel>
        </div>
      </div>
    </InProject>
  );
}
