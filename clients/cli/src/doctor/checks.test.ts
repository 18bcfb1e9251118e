import { expect, test } from '@jest/globals';
import { bad, good, worst } from './finding.js';
import { clockCheck } from './installation.js';
import { nodeCheck } from './machine.js';

test.each([
  ['20.19.0', 'ok'],
  ['20.18.3', 'fail'],
  ['21.7.0', 'fail'],
  ['22.11.0', 'fail'],
  ['22.12.0', 'ok'],
  ['24.0.0', 'ok'],
])('Node %s: %s', (version, state) => {
  expect(nodeCheck(version).state).toBe(state);
});

const now = Date.parse('2026-03-05T12:00:00.400Z');

test.each([
  ['Thu, 05 Mar 2026 12:00:00 GMT', 'ok'],
  ['Thu, 05 Mar 2026 12:00:04 GMT', 'ok'],
  ['Thu, 05 Mar 2026 12:01:00 GMT', 'warn'],
  ['Thu, 05 Mar 2026 11:54:00 GMT', 'fail'],
  [null, 'warn'],
  ['later', 'warn'],
])('a server whose clock says %s: %s', (date, state) => {
  expect(clockCheck(date, now).state).toBe(state);
});

test('the worst finding decides', () => {
  const warning = bad('warn', 'a', 'DBR-A', 'x', 'y');
  expect(worst([])).toBe('ok');
  expect(worst([good('a', 'x'), warning])).toBe('warn');
  expect(worst([warning, bad('fail', 'b', 'DBR-B', 'x', 'y'), good('a', 'x')])).toBe('fail');
});
