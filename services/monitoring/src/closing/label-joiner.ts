import { isRefusedData, type Transaction } from '@drawbridge/postgres';
import { inSpan, metrics } from '@drawbridge/telemetry';
import { partitionsToRead, worthReading } from '../domain/join-plan.js';
import type { Database } from '../persistence/database.js';
import type { Arrivals, Joined, LabelClock, LabelJoinStore } from '../persistence/label-join.store.js';
import type { Partition, PartitionStore } from '../persistence/partition.store.js';
import type { RefusedLabels } from './refused-labels.js';

const joinedTotal = metrics.counter(
  'drawbridge_monitoring_labels_joined_total',
  'Labels that came, by whether their prediction was there',
  ['prediction'],
);

/**
 * Brings labels to the predictions they belong to, as many at once as have come. Where they are many, their partition is
 * read as a whole, two partitions at a time; the others are looked up. A label without a prediction waits for the closing
 * of the window that its prediction will be in. When the database refuses one of them, the others are joined in halves until
 * it is alone, and it becomes a dead letter.
 */
export class LabelJoiner {
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly joins: LabelJoinStore,
    private readonly partitions: PartitionStore,
    private readonly refused: RefusedLabels,
  ) {}

  /** Joins what has come until now, or as much of it as one statement should; the number of labels. */
  async run(): Promise<number> {
    const arrivals = await this.joins.next();
    if (arrivals === undefined) return 0;
    await inSpan('join labels', { attributes: { 'drawbridge.labels': arrivals.labels } }, () => this.joinAll(arrivals));
    return arrivals.labels;
  }

  /** Ends the work under way after its partition. */
  stop(): void {
    this.stopped = true;
  }

  private async joinAll(arrivals: Arrivals): Promise<void> {
    if (arrivals.labels === 0 || this.stopped) return;
    try {
      await this.join(arrivals);
    } catch (error) {
      if (!(error instanceof Error) || !isRefusedData(error)) throw error;
      const halves = await this.joins.halves(arrivals);
      const [only] = halves;
      if (halves.length === 1 && only?.labels === 1 && arrivals.labels === 1)
        return this.refused.setAside((tx) => this.joins.takeOut(tx, only), error);
      for (const half of halves) await this.joinAll(half);
    }
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
      await this.joins.advanceClocks(tx, [...found.clocks, ...late.clocks]);
      return { joined: found.joined + late.joined, left: found.left - late.joined };
    });
    joinedTotal.inc({ prediction: 'there' }, joined);
    joinedTotal.inc({ prediction: 'missing' }, left);
  }

  /** Looks for what is left wherever ids do not say when they were made. */
  private async joinLeft(tx: Transaction, left: number, partitions: readonly Partition[]): Promise<Omit<Joined, 'left'>> {
    const clocks: LabelClock[] = [];
    let joined = 0;
    const astray = left === 0 ? new Set<string>() : await this.partitions.astray(tx);
    for (const partition of partitions) {
      if (joined === left) break;
      if (!astray.has(partition.name)) continue;
      const found = await this.joins.joinLeft(tx, partition, worthReading(left - joined, partition.bytes));
      joined += found.joined;
      clocks.push(...found.clocks);
    }
    return { joined, clocks };
  }
}
