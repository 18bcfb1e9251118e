/**
 * The ids of the last `size` records of one partition. An id is a repeat when it occurred within the `size` offsets
 * before the record, which depends on offsets alone: re-reading that many records rebuilds it exactly.
 *
 * Two generations of `size` offsets each, of which the older one is forgotten as a whole: no id is ever looked up in
 * order to be forgotten.
 */
export class RecentIds {
  private latest = new Map<string, number>();
  private before = new Map<string, number>();
  /** Where the generation of `latest` ends. */
  private end = 0;

  constructor(readonly size: number) {}

  /** Remembers the id of the record at `offset`, which must be above every earlier one; true when it is a repeat. */
  seen(id: string, offset: number): boolean {
    if (offset >= this.end) this.turn(offset);
    const last = this.latest.get(id) ?? this.before.get(id);
    this.latest.set(id, offset);
    return last !== undefined && last > offset - this.size;
  }

  clear(): void {
    this.latest = new Map();
    this.before = new Map();
    this.end = 0;
  }

  private turn(offset: number): void {
    // After a hole as wide as a generation nothing that was seen is recent any more.
    this.before = offset < this.end + this.size ? this.latest : new Map<string, number>();
    this.latest = new Map();
    this.end = offset - (offset % this.size) + this.size;
  }
}
