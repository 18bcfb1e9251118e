import type { LifecycleStep, Platform } from '@drawbridge/service';
import type { EventStore } from '../persistence/event.store.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One transaction never holds more rows than this. */
const BATCH = 5000;

/** Lets old events leave the read model, so that it stays as large as the time that it shows. */
export class Retention implements LifecycleStep {
  readonly name = 'retention';
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly platform: Platform,
    private readonly events: EventStore,
    private readonly days: number,
  ) {}

  async start(): Promise<void> {
    const sweep = (): void => {
      this.running = this.running.then(() => this.sweep(new Date()));
    };
    sweep();
    this.timer = setInterval(sweep, HOUR_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await this.running;
  }

  /** A failure is logged and tried again in an hour: nothing depends on it. */
  private async sweep(now: Date): Promise<void> {
    const { database, log } = this.platform;
    if (database === undefined) return;
    try {
      let gone = 0;
      for (let batch = BATCH; batch === BATCH && !this.stopped; gone += batch) {
        batch = await this.events.removeBefore(database.source.manager, new Date(now.getTime() - this.days * DAY_MS), BATCH);
      }
      if (gone > 0) log.info('old events left the read model', { events: gone, days: this.days });
    } catch (error) {
      log.warn('old events could not be removed', { error });
    }
  }
}
