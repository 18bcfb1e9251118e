import { metrics } from '@drawbridge/telemetry';

/** Metrics of one service's relay. */
export function relayMetrics(service: string) {
  const prefix = `drawbridge_${service}_outbox`;
  return {
    published: metrics.counter(`${prefix}_published_total`, 'Outbox rows that Kafka acknowledged.'),
    failures: metrics.counter(`${prefix}_send_failures_total`, 'Sends that Kafka did not acknowledge; they are repeated.'),
    lag: metrics.gauge(`${prefix}_unpublished_rows`, 'Outbox rows waiting for Kafka.'),
    oldest: metrics.gauge(`${prefix}_oldest_unpublished_seconds`, 'Age of the oldest row waiting for Kafka.'),
    active: metrics.gauge(`${prefix}_relay_active`, '1 when this process publishes, 0 when another one does.'),
    delay: metrics.histogram(`${prefix}_publish_delay_seconds`, 'From the row to the acknowledgement of Kafka.', {
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300],
    }),
  };
}
