import type { WindowPlace } from '../persistence/closing.store.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const MOST = 10_000;

/** Windows that could not be closed. Each is left alone for a while, longer each time, so that it holds up none of the others. */
export class HeldWindows {
  private readonly held = new Map<string, { readonly untilMs: number; readonly pauseMs: number }>();

  /** `elapsed` measures spans of time and never jumps. */
  constructor(private readonly elapsed: () => number) {}

  has({ monitorId, startMs }: WindowPlace): boolean {
    return this.held.size > 0 && (this.held.get(keyOf(monitorId, startMs))?.untilMs ?? -Infinity) > this.elapsed();
  }

  /** For how long, in milliseconds. */
  hold({ monitorId, startMs }: WindowPlace): number {
    const key = keyOf(monitorId, startMs);
    const before = this.held.get(key);
    const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * before.pauseMs);
    // Those that somebody else has closed meanwhile are never let go; without them the others are only tried once more.
    if (this.held.size >= MOST) this.held.clear();
    this.held.set(key, { untilMs: this.elapsed() + pauseMs, pauseMs });
    return pauseMs;
  }

  letGo({ monitorId, startMs }: WindowPlace): void {
    this.held.delete(keyOf(monitorId, startMs));
  }

  /** Starts of a monitor's windows that are held now. */
  of(monitorId: string): number[] {
    const starts: number[] = [];
    for (const key of this.held.keys()) {
      const [id = '', start] = key.split(' ');
      if (id === monitorId && this.has({ monitorId, startMs: Number(start) })) starts.push(Number(start));
    }
    return starts;
  }
}

function keyOf(monitorId: string, startMs: number): string {
  return `${monitorId} ${String(startMs)}`;
}
