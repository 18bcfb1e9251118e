import { partitionsToRead, worthReading } from '../domain/join-plan.js';
import type { Transaction } from '@drawbridge/postgres';
import { inSpan, metrics } from '@drawbridge/telemetry';
import type { Database } from '../persistence/database.js';
import type { Arrivals, Joined, LabelJoinStore } from '../persistence/label-join.store.js';
import type { Partition, PartitionStore } from '../persistence/partition.store.js';

const joinedTotal = metrics.counter(
  'drawbridge_monitoring_labels_joined_total',
  'Labels that came, by whether their prediction was there',
  ['prediction'],
);

/**
 * Brings labels to the predictions they belong to, as many at once as have come. Where they are many, their partition is
 * read as a whole, two partitions at a time; the others are looked up. A label without a prediction waits for the closing
 * of the window that its prediction will be in.
 */
export class LabelJoiner {
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly joins: LabelJoinStore,
    private readonly partitions: PartitionStore,
  ) {}

  /** Joins what has come until now, or as much of it as one statement should; the number of labels. */
  async run(): Promise<number> {
    const arrivals = await this.joins.next();
    if (arrivals === undefined) return 0;
    await inSpan('join labels', { attributes: { 'drawbridge.labels': arrivals.labels } }, () => this.join(arrivals));
    return arrivals.labels;
  }

  /** Ends the work under way after its partition. */
  stop(): void {
    this.stopped = true;
  }

  private async join(arrivals: Arrivals): Promise<void> {
    const partitions = await this.partitions.list();
    const whole = partitionsToRead(arrivals.days, partitions);
    const lane = async (number: 0 | 1): Promise<void> => {
      for (let next = whole.shift(); next !== undefined && !this.stopped; next = whole.shift())
        await this.joinWhole(arrivals, next, partitions, number);
    };
    // Both end before an error is told, or the second would be nobody's.
    const ended = await Promise.allSettled([lane(0), lane(1)]);
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (!this.stopped) await this.inLane(0, (tx) => this.joins.joinEach(tx, arrivals), partitions);
  }

  private joinWhole(arrivals: Arrivals, partition: Partition, partitions: readonly Partition[], lane: 0 | 1): Promise<void> {
    return this.inLane(lane, (tx) => this.joins.joinWhole(tx, arrivals, partition), partitions);
  }

  private async inLane(lane: 0 | 1, work: (tx: Transaction) => Promise<Joined>, partitions: readonly Partition[]): Promise<void> {
    const { joined, left } = await this.database.transaction(async (tx) => {
      await this.joins.lock(tx, lane);
      const found = await work(tx);
      const late = await this.joinLeft(tx, found.left, partitions);
      return { joined: found.joined + late, left: found.left - late };
    });
    joinedTotal.inc({ prediction: 'there' }, joined);
    joinedTotal.inc({ prediction: 'missing' }, left);
  }

  /** Looks for what is left wherever ids do not say when they were made. */
  private async joinLeft(tx: Transaction, left: number, partitions: readonly Partition[]): Promise<number> {
    if (left === 0) return 0;
    const astray = await this.partitions.astray(tx);
    let found = 0;
    for (const partition of partitions) {
      if (found === left) break;
      if (astray.has(partition.name)) found += await this.joins.joinLeft(tx, partition, worthReading(left - found, partition.bytes));
    }
    return found;
  }
}
