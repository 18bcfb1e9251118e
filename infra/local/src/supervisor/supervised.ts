import type { Child, Exit } from '../process/child.js';
import { restartDelayMs, restartNumber } from './restart-policy.js';

export interface SupervisedEvents {
  /** It ended although nobody asked it to; it is started again after the delay. */
  ended(name: string, exit: Exit, restart: number, delayMs: number): void;
  restarted(name: string, pid: number): void;
  restartFailed(name: string, error: unknown): void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A process that, once it has been ready, is started again when it ends by itself: ever more slowly while it keeps ending. */
export class Supervised {
  private stopping = false;
  private restarts = 0;
  private startedAt = Date.now();

  constructor(
    readonly name: string,
    private current: Child,
    private readonly start: () => Promise<Child>,
    private readonly events: SupervisedEvents,
  ) {}

  get pid(): number {
    return this.current.pid;
  }

  get child(): Child {
    return this.current;
  }

  /** Begins to watch: from now on an end that nobody asked for leads to a restart. */
  watch(): void {
    void this.keepAlive();
  }

  /** Asks the process to end, forces it after the grace period, and starts it no more. */
  async stop(graceMs: number): Promise<Exit> {
    this.stopping = true;
    return this.current.stop(graceMs);
  }

  private async keepAlive(): Promise<void> {
    for (;;) {
      const exit = await this.current.exited;
      if (this.stopping) return;
      this.restarts = restartNumber(this.restarts, Date.now() - this.startedAt);
      const delay = restartDelayMs(this.restarts);
      this.events.ended(this.name, exit, this.restarts, delay);
      await pause(delay);
      // A stop may have come while we waited.
      if (this.isStopping()) return;
      await this.again();
    }
  }

  private isStopping(): boolean {
    return this.stopping;
  }

  private async again(): Promise<void> {
    this.startedAt = Date.now();
    try {
      this.current = await this.start();
      if (this.isStopping()) await this.current.stop(1000);
      else this.events.restarted(this.name, this.current.pid);
    } catch (error) {
      this.events.restartFailed(this.name, error);
    }
  }
}
