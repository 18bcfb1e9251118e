import type { LifecycleStep, Platform } from '@drawbridge/service';
import { inTransaction } from '@drawbridge/postgres';
import type { PayloadStore } from '../persistence/payload.store.js';
import { ingestMetrics } from './ingest.metrics.js';
import { sendEvents } from './send-events.js';

/** Joined payloads sent together. */
const TOGETHER = 100;
const LOOK_MS = 1000;
const STOP_MS = 2000;
const EXPIRE_TOGETHER = 5000;

/**
 * Sends joined payloads to Kafka, in their order, until it has them, and forgets halves that stayed alone. A crash between
 * sending and removing sends twice; the prediction id makes that one.
 */
export class PayloadRelay implements LifecycleStep {
  readonly name = 'payloads';
  /** What waits in the database, as of the last look and what came since. */
  waiting = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private failing = false;
  private lookedAt = 0;
  private expiredAt = 0;

  constructor(
    private readonly platform: Platform,
    private readonly store: PayloadStore,
    private readonly horizonMs: number,
    /** No more is counted. */
    private readonly mostWaiting: number,
  ) {}

  async start(): Promise<void> {
    this.timer = setInterval(() => this.wake(), LOOK_MS).unref();
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    // What Kafka does not take in time waits in the database.
    const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
    await Promise.race([this.running, late]);
  }

  added(waiting: number, joined: number): void {
    this.waiting += waiting;
    if (joined > 0) this.wake();
  }

  private wake(): void {
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.running = this.work().finally(() => {
      this.running = undefined;
      if (this.again && !this.stopped && !this.failing) this.wake();
    });
  }

  private async work(): Promise<void> {
    this.again = false;
    try {
      await this.look(new Date());
      for (let sent = TOGETHER; sent === TOGETHER && !this.stopped; this.waiting = Math.max(0, this.waiting - sent))
        sent = await this.sendSome();
      if (this.failing) this.platform.log.info('joined payloads reach kafka again', { waiting: this.waiting });
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.platform.log.error('joined payloads do not reach kafka and wait', { waiting: this.waiting, error });
      this.failing = true;
    }
  }

  private async sendSome(): Promise<number> {
    const { database } = this.platform;
    if (database === undefined) return 0;
    return await inTransaction(database.source, async (tx) => {
      const taken = await this.store.take(tx, TOGETHER);
      if (taken.length === 0) return 0;
      await sendEvents(
        this.platform,
        taken.flatMap(({ messages }) => messages),
      );
      await this.store.remove(
        tx,
        taken.map(({ position }) => position),
      );
      return taken.length;
    });
  }

  private async look(now: Date): Promise<void> {
    const { database, log } = this.platform;
    if (database === undefined || now.getTime() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = now.getTime();
    // A tenth of the horizon late is early enough.
    if (now.getTime() - this.expiredAt >= Math.min(60_000, this.horizonMs / 10)) {
      const before = new Date(now.getTime() - this.horizonMs);
      for (let removed = EXPIRE_TOGETHER; removed === EXPIRE_TOGETHER && !this.stopped;) {
        const gone = await inTransaction(database.source, (tx) => this.store.expire(tx, before, EXPIRE_TOGETHER));
        removed = gone.removed;
        for (const half of gone.orphans) ingestMetrics.orphans.inc({ half });
        if (gone.orphans.length > 0) log.warn('payloads whose other half never came were given up', { halves: gone.orphans.length });
      }
      this.expiredAt = now.getTime();
    }
    this.waiting = await this.store.waiting(database.source.manager, this.mostWaiting);
    ingestMetrics.waiting.set(this.waiting);
  }
}
