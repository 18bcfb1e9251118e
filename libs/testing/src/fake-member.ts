import type { ConsumerHealth } from '@drawbridge/kafka';
import type { FakeCluster, FakePartition } from './fake-cluster.js';
import { sleep } from './wait.js';

export interface MemberWork {
  /** Does one piece of work of a partition; false when there is none. Must not throw. */
  step(partition: FakePartition, member: FakeMember): Promise<boolean>;
  assigned?(partitions: readonly FakePartition[], previous: readonly FakePartition[]): Promise<void>;
}

/** One consumer: goes round its partitions while there is something to do, then sleeps until it is woken. */
export class FakeMember {
  alive = true;
  private paused = false;
  private busy = false;
  private again = false;
  private working: Promise<void> = Promise.resolve();
  private partitions: readonly FakePartition[] = [];
  private coming: readonly FakePartition[] | undefined;
  private readonly resting = new Map<string, number>();

  constructor(
    private readonly cluster: FakeCluster,
    readonly group: string | undefined,
    readonly topics: readonly string[],
    private readonly work: MemberWork,
  ) {}

  /** Takes effect between two pieces of work, as a rebalance does. */
  assign(partitions: readonly FakePartition[]): void {
    this.coming = partitions;
    this.wake();
  }

  wake(): void {
    this.again = true;
    if (this.busy || !this.alive) return;
    this.busy = true;
    // Never within the caller: a broker answers later.
    this.working = Promise.resolve().then(() => this.run());
  }

  /** Leaves a partition alone for a moment; others go on. */
  rest(partition: FakePartition, ms: number): void {
    this.resting.set(partition.name, Date.now() + ms);
    void sleep(ms + 1).then(() => this.wake());
  }

  health(): ConsumerHealth {
    return { alive: this.alive && !this.cluster.away, silentMs: 0, assigned: (this.coming ?? this.partitions).length };
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    this.alive = false;
    await this.working;
    await this.work.assigned?.([], this.partitions);
    this.cluster.leave(this);
  }

  private async run(): Promise<void> {
    while (this.again && this.alive) {
      this.again = false;
      await this.takeAssignment();
      for (const partition of this.partitions) {
        if (!this.alive || this.paused || this.cluster.away || this.coming !== undefined) break;
        if ((this.resting.get(partition.name) ?? 0) > Date.now()) continue;
        if (await this.work.step(partition, this)) this.again = true;
      }
    }
    this.busy = false;
  }

  private async takeAssignment(): Promise<void> {
    if (this.coming === undefined) return;
    const previous = this.partitions;
    this.partitions = this.coming;
    this.coming = undefined;
    await this.work.assigned?.(this.partitions, previous);
  }
}
