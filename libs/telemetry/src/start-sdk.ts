import type { IncomingMessage } from 'node:http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { core, NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
import { kafkajsSpans } from './kafkajs-spans.js';
import { remember } from './sdk.js';

// Asked every few seconds by supervisors and scrapers, or files, or spans themselves, or open for hours: they would bury the others.
const unobserved = /^\/(api\/v1\/)?(health|metrics|v2\/health|otlp|assets|events\/live)(\/|\?|$)/;

/** Keeps trace ids flowing through logs, headers and outbox rows where no collector takes the spans. */
const nowhere: tracing.SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

/** Starts tracing. Spans leave the process only when `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. */
export function startSdk(): void {
  const exporting = (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '';
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'drawbridge' }),
    autoDetectResources: false,
    textMapPropagator: new core.W3CTraceContextPropagator(),
    // The SDK makes no spans at all without a processor, and exports to localhost without the list.
    spanProcessors: exporting
      ? [
          new tracing.BatchSpanProcessor(new OTLPTraceExporter(), {
            maxQueueSize: 4096,
            maxExportBatchSize: 512,
            scheduledDelayMillis: 1000,
          }),
        ]
      : [nowhere],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request: IncomingMessage) => unobserved.test(request.url ?? ''),
      }),
      // Polls of the relay and of health checks have no parent and need no span.
      new PgInstrumentation({ requireParentSpan: true }),
      kafkajsSpans(),
    ],
  });
  sdk.start();
  remember(sdk);
}
