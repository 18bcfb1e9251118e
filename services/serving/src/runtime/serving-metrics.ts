import { metrics } from '@drawbridge/telemetry';

/** Figures of the infer path. Labels are names of known models only, never what a caller sent. */
export class ServingMetrics {
  readonly duration = metrics.histogram('drawbridge_serving_infer_duration_seconds', 'Time from the request to its answer.', {
    labelNames: ['model', 'version'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  readonly failures = metrics.counter('drawbridge_serving_infer_failures_total', 'Requests without a prediction.', [
    'model',
    'version',
    'code',
  ]);
  readonly rows = metrics.counter('drawbridge_serving_rows_total', 'Rows predicted.', ['model', 'version']);
  readonly dropped = metrics.counter('drawbridge_serving_events_dropped_total', 'Predictions that never reached Kafka.', ['reason']);
  readonly waitingEvents = metrics.gauge('drawbridge_serving_events_waiting', 'Predictions that wait for Kafka.');
  readonly models = metrics.gauge('drawbridge_serving_models', 'Models by state.', ['state']);
}
