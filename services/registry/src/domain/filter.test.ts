import { expect, test } from '@jest/globals';
import { FilterError, parseFilter } from './filter.js';

test.each([
  ['metric.auc>=0.7', [{ target: 'metric', key: 'auc', operator: '>=', value: 0.7 }]],
  ['metrics.auc > 0.7', [{ target: 'metric', key: 'auc', operator: '>', value: 0.7 }]],
  ["tag.team='credit risk'", [{ target: 'tag', key: 'team', operator: '=', value: 'credit risk' }]],
  ['tag.`a key` != "x"', [{ target: 'tag', key: 'a key', operator: '!=', value: 'x' }]],
  [
    'metric.auc >= 0.7 AND parameter.depth=3 and tag.a.b=c',
    [
      { target: 'metric', key: 'auc', operator: '>=', value: 0.7 },
      { target: 'parameter', key: 'depth', operator: '=', value: '3' },
      { target: 'tag', key: 'a.b', operator: '=', value: 'c' },
    ],
  ],
  ['metric.loss<-1e-3', [{ target: 'metric', key: 'loss', operator: '<', value: -0.001 }]],
])('%s', (text, expected) => {
  expect(parseFilter(text)).toEqual(expected);
});

test.each([
  ['auc>=0.7', 'cannot read'],
  ['metric.auc>=high', 'not a number'],
  ['colour.x=1', 'none of metric, parameter, tag'],
  ['constructor.x=1', 'none of metric, parameter, tag'],
  ['tag.x>1', '= and != only'],
  ['metric.a=1 or metric.b=2', 'expected "and"'],
  ['metric.a=1 and', 'cannot read'],
  ["tag.x='unclosed", 'cannot read'],
  [Array.from({ length: 21 }, () => 'metric.a=1').join(' and '), 'at most 20'],
])('%s is refused: %s', (text, why) => {
  expect(() => parseFilter(text)).toThrow(FilterError);
  expect(() => parseFilter(text)).toThrow(why);
});

test('a long hostile filter is refused quickly', () => {
  const begun = Date.now();
  expect(() => parseFilter(`metric.${'a.'.repeat(1000)}`)).toThrow(FilterError);
  expect(Date.now() - begun).toBeLessThan(200);
});
