import { expect, test } from '@jest/globals';
import { checkModel, checkVersion } from './check-model.js';
import { counterOf } from './self-check.js';

test('the built-in model is the one whose digest is registered', () => {
  expect(checkModel).toHaveLength(107);
  expect(checkVersion.artifact.sha256).toBe('5ec5088980c4bc30fa3aba86c7763529ba69f1fe11b4c68883e6a160563da855');
});

test('a counter is summed over the series of the check model only', () => {
  const text = [
    '# TYPE drawbridge_serving_rows_total counter',
    'drawbridge_serving_rows_total{model="drawbridge-check",version="1"} 3',
    'drawbridge_serving_rows_total{model="drawbridge-check",version="2"} 4',
    'drawbridge_serving_rows_total{model="other",version="1"} 100',
    'drawbridge_serving_rows_total_seconds{model="drawbridge-check"} 9',
  ].join('\n');
  expect(counterOf(text, 'drawbridge_serving_rows_total')).toBe(7);
  expect(counterOf('', 'drawbridge_serving_rows_total')).toBe(0);
});
