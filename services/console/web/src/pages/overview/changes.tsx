import type { ReactNode } from 'react';
import type { StoredEvent } from '../../api/console-views.js';
import { ActorName } from '../../parts/actor.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { Time } from '../../parts/time.js';
import { eventWords } from '../events/event-words.js';

export function Changes({ events }: { events: readonly StoredEvent[] }): ReactNode {
  return (
    <ol className="plain">
      {events.map((event) => (
        <li key={event.id}>
          <span className="quiet small">
            <Time at={event.time} />
          </span>{' '}
          <EventLink id={event.id}>{event.topic}</EventLink> {eventWords(event)}{' '}
          <span className="quiet small">
            {event.actor === undefined ? null : (
              <>
                by <ActorName actor={event.actor} />{' '}
              </>
            )}
            <TraceLink id={event.traceId} />
          </span>
        </li>
      ))}
    </ol>
  );
}
