import type { StoredEvent } from '../../api/console-views.js';

/** The newest events up to a hard cap, and how many had to go. */
export class TailBuffer {
  private kept: StoredEvent[] = [];
  skipped = 0;

  constructor(readonly capacity: number) {}

  get events(): readonly StoredEvent[] {
    return this.kept;
  }

  /** Adds a batch, oldest first. A place that was seen already is left out, as a stream that comes back repeats its last ones. */
  add(batch: readonly StoredEvent[]): void {
    const last = this.kept.at(-1)?.position ?? -1;
    const fresh = batch.filter(({ position }) => position > last);
    const all = [...this.kept, ...fresh];
    const over = Math.max(0, all.length - this.capacity);
    this.skipped += over;
    this.kept = over > 0 ? all.slice(over) : all;
  }

  clear(): void {
    this.kept = [];
    this.skipped = 0;
  }
}
