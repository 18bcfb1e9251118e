import type { Logger } from '@drawbridge/telemetry';
import type { ConsumeBatchesOptions, TopicPartition } from './event-log.js';
import type { Names } from './names.js';

/** Tells the handler's owner, one after the other, what was lost and what was assigned. Batches wait until it is done. */
export class Rebalances {
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly names: Names,
    private readonly log: Logger,
    private readonly options: Pick<ConsumeBatchesOptions, 'group' | 'onAssign' | 'onRevoke'>,
    /** Takes the cluster's name of a topic. */
    private readonly seek: (topic: string, partition: number, offset: bigint) => void,
  ) {}

  /** Resolves when everything announced so far was heard. Never rejects. */
  get settled(): Promise<void> {
    return this.queue;
  }

  announce(assigned: readonly TopicPartition[], previous: readonly TopicPartition[]): void {
    const { onAssign, onRevoke } = this.options;
    if (onRevoke !== undefined) this.tell(previous, (partitions) => onRevoke(partitions));
    if (onAssign === undefined) return;
    const seek = (topic: string, partition: number, offset: bigint): void => this.seek(this.names.topic(topic), partition, offset);
    this.tell(assigned, (partitions) => onAssign(partitions, { seek }));
  }

  private tell(partitions: readonly TopicPartition[], listener: (partitions: readonly TopicPartition[]) => Promise<void>): void {
    if (partitions.length === 0) return;
    const named = partitions.map(({ topic, partition }) => ({ topic: this.names.contract(topic), partition }));
    this.queue = this.queue
      .then(() => listener(named))
      // What was not announced is found out by the first batch, whose position does not fit.
      .catch((error: unknown) => this.log.warn('a rebalance listener failed', { group: this.options.group, error }));
  }
}
