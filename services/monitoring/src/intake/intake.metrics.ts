import { metrics } from '@drawbridge/telemetry';

const FLUSH_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counters and histograms of the two data topics. Partitions are no label: totals are what an operator acts on. */
export const intakeMetrics = {
  consumed: metrics.counter('drawbridge_monitoring_consumed_total', 'Records read and stored, by topic', ['topic']),
  deduplicated: metrics.counter('drawbridge_monitoring_deduplicated_total', 'Repeated predictions'),
  late: metrics.counter('drawbridge_monitoring_late_total', 'Rows after the lateness bound of their window, counted there'),
  beyondHorizon: metrics.counter('drawbridge_monitoring_beyond_horizon_total', 'Rows too late for their window'),
  unrouted: metrics.counter('drawbridge_monitoring_unrouted_total', 'Predictions of versions that no monitor watches'),
  nameless: metrics.counter(
    'drawbridge_monitoring_unrouted_nameless_total',
    'Those of unknown versions that are too many to be told apart',
  ),
  rejected: metrics.counter('drawbridge_monitoring_rejected_total', 'Records sent to the dead letters, by reason', ['topic', 'reason']),
  flushSeconds: metrics.histogram('drawbridge_monitoring_flush_seconds', 'Duration of one flush transaction', {
    labelNames: ['topic'],
    buckets: FLUSH_SECONDS,
  }),
  flushFailures: metrics.counter('drawbridge_monitoring_flush_failures_total', 'Flushes that were given up and read again', [
    'topic',
    'cause',
  ]),
  failingSeconds: metrics.gauge(
    'drawbridge_monitoring_flush_failing_seconds',
    'How long the partition that fails longest has not been stored; 0 when all are',
    ['topic'],
  ),
  skippedOffsets: metrics.counter('drawbridge_monitoring_skipped_offsets_total', 'Offsets that were gone before they were read', ['topic']),
  heldSeconds: metrics.counter('drawbridge_monitoring_held_seconds_total', 'Time spent waiting for the monitor of an unknown version'),
};
