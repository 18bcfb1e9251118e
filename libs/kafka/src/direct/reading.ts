import type { FetchedBatch } from './fetched-batch.js';
import type { Claim } from './frame-pool.js';

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
  claim: Claim | undefined;
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
  keep(batch: FetchedBatch, claim: Claim): void {
    claim.hold();
    this.waiting = batch;
    this.claim = claim;
  }

  /** Hands out what was kept; the claim is the receiver's to release. */
  take(): { readonly batch: FetchedBatch; readonly claim: Claim } | undefined {
    const { waiting: batch, claim } = this;
    this.waiting = undefined;
    this.claim = undefined;
    return batch === undefined || claim === undefined ? undefined : { batch, claim };
  }

  private drop(): void {
    this.take()?.claim.release();
  }
}
