import { topicDefinition } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';

export interface Delivery {
  /** The group. */
  readonly consumer: string;
  readonly eventId: string;
  readonly source: string;
  readonly topic: string;
  readonly sequence?: number | undefined;
}

/** `duplicate`: this event was handled before. `stale`: a later event of its source and topic was. */
export type Acceptance = 'new' | 'duplicate' | 'stale';

/**
 * Says, inside the transaction of the effect, whether an event is new to a consumer. The gate is per source and topic:
 * one topic keeps a source's order, two topics may overtake each other, and neither may hide the other's events.
 */
export class Inbox {
  async accept(tx: Transaction, delivery: Delivery): Promise<Acceptance> {
    const { consumer, eventId, source, topic, sequence } = delivery;
    const entered: unknown[] = await tx.query(
      `insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning event_id`,
      [consumer, eventId],
    );
    if (entered.length === 0) return 'duplicate';
    if (sequence === undefined) return 'new';
    // Documents of one state share the sequence of the event before them.
    const later = topicDefinition(topic).plane === 'state' ? '<=' : '<';
    const passed: unknown[] = await tx.query(
      `insert into gates (consumer, source, topic, sequence) values ($1, $2, $3, $4)
       on conflict (consumer, source, topic) do update set sequence = excluded.sequence
       where gates.sequence ${later} excluded.sequence returning sequence`,
      [consumer, source, topic, sequence],
    );
    return passed.length === 0 ? 'stale' : 'new';
  }
}
