import { context, INVALID_SPAN_CONTEXT, propagation, type Span, trace } from '@opentelemetry/api';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';

// Topics with one message per prediction: a span for each would cost more than the work it describes.
const dataTopics = ['prediction.logged', 'prediction.batch.logged', 'label.received'];

interface OutgoingRecord {
  headers?: Record<string, string | Buffer | undefined>;
}

/** The two methods of the instrumentation that decide on spans. It has no option for either decision. */
interface SpanDecisions {
  _startProducerSpan(topic: string, message: OutgoingRecord, client: unknown): Span;
  _getConsumerEachBatchPatch(client: unknown): (original: unknown) => unknown;
}

function isDataTopic(topic: string): boolean {
  return dataTopics.some((name) => topic === name || topic.endsWith(`.${name}`) || topic.endsWith(`-${name}`));
}

/**
 * The kafkajs instrumentation with two changes. A message that already carries a `traceparent` (an outbox row's) gets
 * a producer span below that context instead of the active one. Data topics and batch consumers get no span per message.
 */
export function kafkajsSpans(): KafkaJsInstrumentation {
  const instrumentation = new KafkaJsInstrumentation();
  const decisions = instrumentation as unknown as SpanDecisions;
  const startProducerSpan = decisions._startProducerSpan.bind(instrumentation);
  decisions._startProducerSpan = (topic, message, client) => {
    if (isDataTopic(topic)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    if (message.headers?.['traceparent'] === undefined) return startProducerSpan(topic, message, client);
    const parent = propagation.extract(context.active(), message.headers);
    return context.with(parent, () => startProducerSpan(topic, message, client));
  };
  decisions._getConsumerEachBatchPatch = () => (original) => original;
  return instrumentation;
}
