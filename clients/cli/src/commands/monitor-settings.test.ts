import { expect, test } from '@jest/globals';
import { exit } from '../exit.js';
import { parseSettings } from './monitor-settings.js';

test('settings are numbers, durations, a budget and names', () => {
  const texts = ['minRows=500', 'windowSeconds=1d', 'idleSeconds=2', 'budget=1/500w', 'materiality=0.01', 'segments=country, plan'];
  expect(parseSettings(['segments='], '--set')).toEqual({ segments: [] });
  expect(parseSettings(texts, '--set')).toEqual({
    minRows: 500,
    windowSeconds: 86_400,
    idleSeconds: 2,
    budget: { atMost: 1, per: '500w' },
    materiality: 0.01,
    segments: ['country', 'plan'],
  });
});

test.each(['minRow=1', 'minRows=many', 'minRows=', 'budget=1', 'budget=x/1w', 'windowSeconds=soon', 'constructor=1'])(
  '%s is refused',
  (text) => {
    expect(() => parseSettings([text], '--set')).toThrow(expect.objectContaining({ exitCode: exit.usage }));
  },
);
