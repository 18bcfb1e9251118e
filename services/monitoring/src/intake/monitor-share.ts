import type { Target } from '../domain/routing.js';
import type { WindowPart } from '../domain/window-part.js';
import type { Accounts } from '../persistence/flush.store.js';
import type { OpenPart } from './partition-state.js';

/** Newest event time of a monitor within a partition; -Infinity before the first row. */
export interface Watermark {
  ms: number;
}

/** What a partition has of one monitor, found once per flush and not once per row. */
export class MonitorShare {
  private startMs = NaN;
  private open: OpenPart | undefined;

  constructor(
    readonly target: Target,
    readonly account: Accounts,
    readonly watermark: Watermark,
    private readonly find: (target: Target, startMs: number) => OpenPart,
  ) {}

  /** The part of a window, made on first use. Most rows belong to the window of the row before. */
  part(startMs: number): WindowPart {
    let { open } = this;
    if (open === undefined || startMs !== this.startMs) {
      open = this.find(this.target, startMs);
      this.open = open;
      this.startMs = startMs;
    }
    return open.part;
  }
}
