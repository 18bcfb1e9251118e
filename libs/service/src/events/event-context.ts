import type { Topic } from '@drawbridge/contracts';
import type { EventCause, IncomingEvent } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';

/** What a handler gets beside the event's data. */
export interface EventContext {
  /** Effect and outbox rows of the handler go through this and through nothing else. */
  readonly transaction: Transaction;
  readonly event: IncomingEvent<Topic>;
  /** For `Outbox.append`: what follows is caused by this event. */
  readonly cause: EventCause;
}

export function contextOf(transaction: Transaction, event: IncomingEvent<Topic>): EventContext {
  return {
    transaction,
    event,
    cause: {
      id: event.id,
      chainId: event.chainId,
      ...(event.originTraceparent === undefined ? {} : { originTraceparent: event.originTraceparent }),
    },
  };
}
