import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { core, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { currentTrace, currentTraceId, inSpan, withTrace } from './propagate.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

describe('trace contexts', () => {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    textMapPropagator: new core.W3CTraceContextPropagator(),
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [],
    logRecordProcessors: [],
  });
  beforeAll(() => sdk.start());
  afterAll(() => sdk.shutdown());

  test('outside of spans there is none', () => {
    expect(currentTrace()).toBeUndefined();
    expect(currentTraceId()).toBeUndefined();
    expect(withTrace(undefined, () => currentTrace())).toBeUndefined();
  });

  test('a stored context is active inside, and gone after', async () => {
    const seen = await withTrace({ traceparent, tracestate: 'a=b' }, async () => {
      await Promise.resolve();
      return currentTrace();
    });
    expect(seen).toEqual({ traceparent, tracestate: 'a=b' });
    expect(currentTrace()).toBeUndefined();
  });

  test('a span has its parent, its links and its failure', async () => {
    exporter.reset();
    const failing = inSpan(
      'outer',
      { kind: 'consumer', parent: { traceparent }, links: [{ traceparent }], attributes: { topic: 't' } },
      () =>
        inSpan('inner', {}, () => {
          expect(currentTraceId()).toBe(traceId);
          throw new Error('no');
        }),
    );
    await expect(failing).rejects.toThrow('no');
    const [inner, outer] = exporter.getFinishedSpans();
    expect(outer?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(outer?.links[0]?.context.traceId).toBe(traceId);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect([inner?.status.message, outer?.status.message]).toEqual(['no', 'no']);
  });
});
