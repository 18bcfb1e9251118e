import type { ServiceName } from '@drawbridge/contracts';
import type { EventLog } from '@drawbridge/kafka';
import { type Logger, metrics } from '@drawbridge/telemetry';

interface Watched {
  readonly group: string;
  readonly topics: readonly string[];
}

/** How many messages wait for this service's consumers. The backlog of the outbox is the relay's own gauge. */
export class LagGauges {
  private readonly consumer;
  private watched: readonly Watched[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    service: ServiceName,
    private readonly eventLog: EventLog,
    private readonly log: Logger,
  ) {
    this.consumer = metrics.gauge(`drawbridge_${service}_consumer_lag_messages`, 'Messages not yet handled.', ['group', 'topic']);
  }

  watch(group: string, topics: readonly string[]): void {
    this.watched = [...this.watched, { group, topics }];
  }

  /** Asks the broker now and then; a scrape reads the last answer. */
  start(everyMs = 15_000): void {
    void this.measureConsumers();
    this.timer = setInterval(() => void this.measureConsumers(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
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
