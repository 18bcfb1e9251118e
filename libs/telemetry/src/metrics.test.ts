import { expect, test } from '@jest/globals';
import { metrics } from './metrics.js';

test('asking twice for a name gives the same metric, with its value', async () => {
  metrics.counter('drawbridge_test_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
  metrics.counter('drawbridge_test_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
  expect(await metrics.text()).toContain('drawbridge_test_things_total{kind="a"} 2');
});

test('a name cannot change its type', () => {
  metrics.gauge('drawbridge_test_level', 'Level.');
  expect(() => metrics.counter('drawbridge_test_level', 'Level.')).toThrow('another type');
});

test('the text has the metrics of the process', async () => {
  expect(await metrics.text()).toContain('process_resident_memory_bytes');
  expect(metrics.contentType).toContain('text/plain');
});
