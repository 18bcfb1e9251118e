import type { FetchedBatch } from './fetched-batch.js';

/** One assigned partition: where it is read, and what was fetched of it and not yet handled. */
export class Reading {
  /** The next offset to fetch; undefined until it is known where to begin. */
  position: number | undefined;
  /** Grows with every seek and every assignment: what was fetched under an older one is not handed out. */
  epoch = 0;
  /** Address of its leader; null while the cluster has none for it, undefined until the cluster was asked. */
  leader: string | null | undefined;
  waiting: FetchedBatch | undefined;
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
    this.waiting = undefined;
  }

  /** Nothing of it may be handed out any more. */
  release(): void {
    this.assigned = false;
    this.leader = undefined;
    this.position = undefined;
    this.epoch += 1;
    this.waiting = undefined;
  }
}
