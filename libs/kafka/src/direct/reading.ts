import type { FetchedBatch } from './fetched-batch.js';
import type { Lease } from './frame-pool.js';

/** One assigned partition: where it is read, and what was fetched of it and not yet handled. */
export class Reading {
  /** The next offset to fetch; undefined until it is known where to begin. */
  position: number | undefined;
  /** Grows with every seek and every assignment: what was fetched under an older one is not handed out. */
  epoch = 0;
  /** Address of its leader; null while the cluster has none for it, undefined until the cluster was asked. */
  leader: string | null | undefined;
  waiting: FetchedBatch | undefined;
  /** Of the memory that `waiting` lies in. */
  lease: Lease | undefined;
  /** A batch of it is with the handler. */
  handled = false;
  assigned = true;

  constructor(
    /** Name of the cluster. */
    readonly topic: string,
    readonly partition: number,
  ) {}

  seek(offset: number): void {
    this.position = offset;
    this.epoch += 1;
    this.drop();
  }

  /** Nothing of it may be handed out any more. */
  release(): void {
    this.assigned = false;
    this.leader = undefined;
    this.position = undefined;
    this.epoch += 1;
    this.drop();
  }

  /** Keeps a batch until it is taken. */
  keep(batch: FetchedBatch, lease: Lease): void {
    lease.hold();
    this.waiting = batch;
    this.lease = lease;
  }

  /** Hands out what was kept; the lease is the receiver's to release. */
  take(): { readonly batch: FetchedBatch; readonly lease: Lease } | undefined {
    const { waiting: batch, lease } = this;
    this.waiting = undefined;
    this.lease = undefined;
    return batch === undefined || lease === undefined ? undefined : { batch, lease };
  }

  private drop(): void {
    this.take()?.lease.release();
  }
}
