import { expect, test } from '@jest/globals';
import { violations } from '@drawbridge/contracts';
import { labelText, latencyOf, newTraceparent, predictionWriter } from './messages.js';

const row = {
  predictionId: 'flight-17',
  time: Date.UTC(2026, 6, 6, 12, 30, 15, 250),
  distance: 405,
  hour: 12,
  weekday: 0,
  origin: 'ATL',
  destination: 'BOS',
  probability: 0.213456,
  label: 0,
  latencyMs: 1.25,
};

test('a prediction is what the published contract asks for', () => {
  const text = predictionWriter({ project: 'default', model: 'flights', version: '1', endpoint: 'flights-eta', variant: 'stable' })(row);
  const data: unknown = JSON.parse(text);
  expect(violations('prediction.logged', data)).toEqual([]);
  expect(data).toEqual({
    predictionId: 'flight-17',
    time: '2026-07-06T12:30:15.250Z',
    project: 'default',
    model: 'flights',
    version: '1',
    endpoint: 'flights-eta',
    variant: 'stable',
    features: { distance: 405, hour: 12, weekday: 0, origin: 'ATL', destination: 'BOS' },
    output: { value: 0, score: 0.213456 },
    latencyMs: 1.25,
    status: 'ok',
  });
});

test('names chosen by a caller are escaped', () => {
  const text = predictionWriter({ project: 'a "b"', model: 'c\\d', version: '1' })(row);
  expect(JSON.parse(text)).toMatchObject({ project: 'a "b"', model: 'c\\d', version: '1' });
});

test('a label is what the published contract asks for', () => {
  const data: unknown = JSON.parse(labelText('default', 'flight-17', 1, row.time, 2));
  expect(violations('label.received', data)).toEqual([]);
  expect(data).toMatchObject({ predictionId: 'flight-17', value: 1, revision: 2, observedAt: '2026-07-06T12:30:15.250Z' });
});

test('latencies are a millisecond or so with a tail, and stay what they were', () => {
  const latencies = Array.from({ length: 10_000 }, (_, i) => latencyOf(i)).sort((a, b) => a - b);
  expect(latencies[5000]).toBeGreaterThan(0.7);
  expect(latencies[5000]).toBeLessThan(1.5);
  expect(latencies.at(-1)).toBeGreaterThan(5);
  expect(latencies.at(-1)).toBeLessThan(60);
  expect(latencyOf(12)).toBe(latencyOf(12));
});

test('a trace context is well formed and sampled', () => {
  const { traceparent, traceId } = newTraceparent();
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(traceparent.split('-')[1]).toBe(traceId);
});
