import type { ConsumerGroup } from '@drawbridge/contracts';
import type { KafkaMessage, Outcome } from '@drawbridge/kafka';
import type { Transaction } from '@drawbridge/postgres';

/** Handles one dead letter again, inside the transaction that closes it. */
export type Replay = (tx: Transaction, message: KafkaMessage) => Promise<Outcome>;

/** Which group of this process can handle its dead letters again in place. */
export class Replays {
  private readonly byGroup = new Map<string, Replay>();

  register(group: ConsumerGroup, replay: Replay): void {
    this.byGroup.set(group, replay);
  }

  for(group: string): Replay | undefined {
    return this.byGroup.get(group);
  }
}
