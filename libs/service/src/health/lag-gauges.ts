import type { ServiceName } from '@drawbridge/contracts';
import type { EventLog } from '@drawbridge/kafka';
import type { Relay } from '@drawbridge/outbox';
import { type Logger, metrics } from '@drawbridge/telemetry';

interface Watched {
  readonly group: string;
  readonly topics: readonly string[];
}

/** Backlogs in both directions: outbox rows not yet published, messages not yet handled. */
export class LagGauges {
  private readonly outbox;
  private readonly oldest;
  private readonly consumer;
  private watched: readonly Watched[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    service: ServiceName,
    private readonly eventLog: EventLog,
    private readonly log: Logger,
    private readonly relay?: Relay,
  ) {
    this.outbox = metrics.gauge(`drawbridge_${service}_outbox_lag_rows`, 'Outbox rows not yet published.');
    this.oldest = metrics.gauge(`drawbridge_${service}_outbox_oldest_seconds`, 'Age of the oldest unpublished outbox row.');
    this.consumer = metrics.gauge(`drawbridge_${service}_consumer_lag_messages`, 'Messages not yet handled.', ['group', 'topic']);
  }

  watch(group: string, topics: readonly string[]): void {
    this.watched = [...this.watched, { group, topics }];
  }

  /** Asks the broker now and then; a scrape reads the last answer. */
  start(everyMs = 15_000): void {
    this.timer = setInterval(() => void this.measureConsumers(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  refresh(): void {
    if (this.relay === undefined) return;
    const { lag, oldestUnpublishedMs } = this.relay.health();
    this.outbox.set(lag);
    this.oldest.set(oldestUnpublishedMs / 1000);
  }

  private async measureConsumers(): Promise<void> {
    for (const { group, topics } of this.watched) {
      try {
        const sums = new Map<string, number>(topics.map((topic) => [topic, 0]));
        for (const { topic, lag } of await this.eventLog.lag(group, topics)) sums.set(topic, (sums.get(topic) ?? 0) + Number(lag));
        for (const [topic, lag] of sums) this.consumer.set({ group, topic }, lag);
      } catch (error) {
        this.log.debug('consumer lag is unknown', { group, error });
      }
    }
  }
}
