import type { Logger } from '@drawbridge/telemetry';

/** Does something again and again, one at a time. A failure is logged and the next round comes as usual. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private stopped = true;

  /** @param rest pause at least this many times as long as the work took */
  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly pauseMs: number,
    private readonly rest: number,
    private readonly log: Logger,
  ) {}

  start(): Promise<void> {
    this.stopped = false;
    this.schedule(this.pauseMs);
    return Promise.resolve();
  }

  /** Resolves when the round under way is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.round = this.once();
    }, ms);
  }

  private async once(): Promise<void> {
    const begun = performance.now();
    try {
      await this.work();
    } catch (error) {
      this.log.warn('timed work failed, trying again', { error });
    }
    if (!this.stopped) this.schedule(Math.max(this.pauseMs, this.rest * (performance.now() - begun)));
  }
}
