/**
 * The ids of the last `size` records of one partition. An id is a repeat when it occurred within the `size` offsets
 * before the record, which depends on offsets alone: re-reading that many records rebuilds it exactly.
 */
export class RecentIds {
  private readonly latest = new Map<string, number>();
  private readonly ring: (string | undefined)[];
  private end = -1;

  constructor(readonly size: number) {
    this.ring = Array.from({ length: size });
  }

  /** Remembers the id of the record at `offset`, which must be above every earlier one; true when it is a repeat. */
  seen(id: string, offset: number): boolean {
    this.advance(offset);
    const repeat = this.latest.has(id);
    this.latest.set(id, offset);
    this.ring[offset % this.size] = id;
    return repeat;
  }

  clear(): void {
    this.latest.clear();
    this.ring.fill(undefined);
    this.end = -1;
  }

  /** Forgets what lies more than `size` offsets back, also across offsets that hold no record. */
  private advance(offset: number): void {
    const from = this.end < 0 ? offset : Math.max(this.end + 1, offset - this.size + 1);
    for (let o = from; o <= offset; o += 1) {
      const slot = o % this.size;
      const old = this.ring[slot];
      if (old === undefined) continue;
      // The slot's record may lie several rounds back after a hole; whatever is not newer than it goes.
      if (this.latest.get(old)! <= offset - this.size) this.latest.delete(old);
      this.ring[slot] = undefined;
    }
    this.end = offset;
  }
}
