import type { Transaction } from '@drawbridge/postgres';

export interface Delivery {
  readonly consumer: string;
  readonly eventId: string;
  readonly source: string;
  readonly topic: string;
  readonly sequence?: number | undefined;
}

/** `duplicate`: this event was handled before. `stale`: a later event of its source and topic was. */
export type Acceptance = 'new' | 'duplicate' | 'stale';

export class Inbox {
  accept(_tx: Transaction, _delivery: Delivery): Promise<Acceptance> {
    throw new Error('pending');
  }
}
