import type { ReactNode } from 'react';
import type { StoredEvent } from '../../api/console-views.js';
import { ActorName } from '../../parts/actor.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { Time } from '../../parts/time.js';
import { eventWords } from './event-words.js';

export function EventTable({ events }: { events: readonly StoredEvent[] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="events">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">topic</th>
            <th scope="col">what</th>
            <th scope="col">by</th>
            <th scope="col">place</th>
            <th scope="col">trace</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.position}>
              <td className="nowrap">
                <Time at={event.time} />
              </td>
              <th scope="row">
                <EventLink id={event.id}>{event.topic}</EventLink>
              </th>
              <td>{eventWords(event)}</td>
              <td>{event.actor === undefined ? '' : <ActorName actor={event.actor} />}</td>
              <td className="nowrap small quiet">
                p{event.partition}@{event.offset}
              </td>
              <td>
                <TraceLink id={event.traceId} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
