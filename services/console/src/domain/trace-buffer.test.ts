import { describe, expect, test } from '@jest/globals';
import type { Span } from './otlp.js';
import { TraceBuffer } from './trace-buffer.js';

let ids = 0;

const span = (traceId: string, part: Partial<Span> = {}): Span => {
  ids += 1;
  return {
    traceId,
    spanId: String(ids),
    parentId: undefined,
    service: 'registry',
    name: 'work',
    kind: 'server',
    startMs: 1000,
    durationMs: 10,
    failed: false,
    attributes: {},
    links: [],
    ...part,
  };
};

describe('the trace buffer', () => {
  test('a span that comes twice is kept once', () => {
    const buffer = new TraceBuffer(10);
    const twice = span('a');
    buffer.add([twice, twice]);
    expect(buffer.get('a')).toHaveLength(1);
    expect(buffer.size).toBe(1);
  });

  test('when it is full, single requests go before the traces of events', () => {
    const buffer = new TraceBuffer(10);
    buffer.add([span('story', { kind: 'producer' }), span('story', { kind: 'consumer' })]);
    for (let index = 0; index < 20; index += 1) buffer.add([span(`request-${String(index)}`)]);
    expect(buffer.get('story')).toHaveLength(2);
    expect(buffer.get('request-0')).toBeUndefined();
    expect(buffer.get('request-19')).toHaveLength(1);
    expect(buffer.size).toBeLessThanOrEqual(10);
    expect(buffer.size + buffer.dropped).toBe(22);
  });

  test('with nothing but events the oldest of them go', () => {
    const buffer = new TraceBuffer(10);
    for (let index = 0; index < 12; index += 1) buffer.add([span(`story-${String(index)}`, { kind: 'producer' })]);
    expect(buffer.get('story-0')).toBeUndefined();
    expect(buffer.get('story-11')).toBeDefined();
  });

  test('one trace cannot fill it', () => {
    const buffer = new TraceBuffer(100, 5);
    buffer.add(Array.from({ length: 9 }, () => span('a')));
    expect(buffer.get('a')).toHaveLength(5);
    expect(buffer.dropped).toBe(4);
  });

  test('a summary names the root, all services and the whole length; the newest come first', () => {
    const buffer = new TraceBuffer(100);
    buffer.add([span('a'), span('b', { spanId: 'root', name: 'POST', startMs: 5, durationMs: 3 })]);
    buffer.add([span('b', { parentId: 'root', service: 'governance', startMs: 7, durationMs: 10, failed: true })]);
    expect(buffer.list(1)).toEqual([
      { traceId: 'b', root: 'registry: POST', services: ['registry', 'governance'], spans: 2, startMs: 5, durationMs: 12, failed: true },
    ]);
    expect(buffer.list(10).map(({ traceId }) => traceId)).toEqual(['b', 'a']);
    buffer.add([span('story', { kind: 'producer' })]);
    expect(buffer.list(10, true).map(({ traceId }) => traceId)).toEqual(['story']);
  });
});
