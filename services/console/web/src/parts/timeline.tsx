import type { Actor } from '@drawbridge/contracts';
import type { ReactNode } from 'react';
import { ActorName } from './actor.js';
import { EventLink, TraceLink } from './links.js';
import { Time } from './time.js';

export interface TimelineEntry {
  readonly at: string;
  readonly type: string;
  readonly text: string;
  readonly actor: Actor;
  readonly eventId: string;
  readonly traceId?: string;
}

/** What happened, oldest first. Deeds of the system are bold and lead to their cause. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }): ReactNode {
  return (
    <ol className="timeline plain">
      {entries.map((entry) => (
        <li key={entry.eventId + entry.type}>
          <span className="quiet small">
            <Time at={entry.at} exact />
          </span>{' '}
          <code>{entry.type}</code> by <ActorName actor={entry.actor} />
          <div className={entry.actor.type === 'system' ? 'auto' : ''}>{entry.text}</div>
          <span className="row small">
            <EventLink id={entry.eventId}>event and causes</EventLink>
            <TraceLink id={entry.traceId} />
          </span>
        </li>
      ))}
    </ol>
  );
}
