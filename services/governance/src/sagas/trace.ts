import type { EventMap, Topic } from '@drawbridge/contracts';
import type { IncomingEvent } from '@drawbridge/outbox';
import type { Fact, FactTopic } from '../domain/incident.js';

/** The trace an event is looked up by: that of the step that sent it, else the one in which the fact originated. */
export function traceIdOf(event: Pick<IncomingEvent<Topic>, 'trace' | 'originTraceparent'>): string | undefined {
  const parent = event.trace?.traceparent ?? event.originTraceparent;
  const id = parent?.split('-')[1];
  return id !== undefined && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

/** An event with its trace, as incidents keep it. */
export function factOf<T extends FactTopic>(type: T, data: EventMap[T], event: IncomingEvent<Topic>): Fact<T> {
  const traceId = traceIdOf(event);
  return { type, data, ...(traceId === undefined ? {} : { traceId }) };
}
