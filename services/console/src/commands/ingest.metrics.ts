import { metrics } from '@drawbridge/telemetry';

export const ingestMetrics = {
  events: metrics.counter('drawbridge_console_ingest_events_total', 'Events taken over HTTP that Kafka has, by topic', ['topic']),
  refused: metrics.counter('drawbridge_console_ingest_refused_total', 'Requests to the HTTP ingest that were refused, by reason', [
    'reason',
  ]),
  inFlight: metrics.gauge('drawbridge_console_ingest_in_flight_bytes', 'Bodies of the HTTP ingest under way'),
  halves: metrics.counter(
    'drawbridge_console_payload_halves_total',
    'Requests and responses of payload loggers, by half and what became of them',
    ['half', 'outcome'],
  ),
  orphans: metrics.counter('drawbridge_console_payload_orphans_total', 'Halves whose other half never came', ['half']),
  waiting: metrics.gauge('drawbridge_console_payloads_waiting', 'Halves and joined payloads that wait in the database'),
};
