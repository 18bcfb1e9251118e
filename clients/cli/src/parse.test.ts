import { expect, test } from '@jest/globals';
import { exit } from './exit.js';
import { parseCount, parseDuration, parseJson, parseNumbers, parsePairs, parseTime } from './parse.js';

const misuse = expect.objectContaining({ exitCode: exit.usage });

test.each([
  ['90', 90_000],
  ['250ms', 250],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['2w', 1_209_600_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text, '--timeout')).toBe(ms);
});

test.each(['', 'soon', '-1s', '5 m', '1y'])('"%s" is no duration', (text) => {
  expect(() => parseDuration(text, '--timeout')).toThrow(misuse);
});

test.each(['0', '-1', '1.5', 'all', '1e3', ''])('"%s" is no count', (text) => {
  expect(() => parseCount(text, '--limit')).toThrow(misuse);
});

test('pairs keep what stands after the first =', () => {
  expect(parsePairs(['a=1', 'b=x=y', 'c='], '--tag')).toEqual({ a: '1', b: 'x=y', c: '' });
  expect(() => parsePairs(['=1'], '--tag')).toThrow(misuse);
  expect(() => parsePairs(['a'], '--tag')).toThrow(misuse);
});

test('numbers are numbers', () => {
  expect(parseNumbers(['auc=0.8', 'n=1e3'], '--metric')).toEqual({ auc: 0.8, n: 1000 });
  for (const bad of ['auc=', 'auc=high', 'auc=Infinity']) expect(() => parseNumbers([bad], '--metric')).toThrow(misuse);
});

test('a time is a time or a duration before now', () => {
  const now = new Date('2026-03-05T12:00:00Z');
  expect(parseTime('24h', '--since', now)).toBe('2026-03-04T12:00:00.000Z');
  expect(parseTime('2026-03-01', '--since', now)).toBe('2026-03-01T00:00:00.000Z');
  expect(() => parseTime('yesterday', '--since', now)).toThrow(misuse);
});

test('broken JSON is the fault of who gave it', () => {
  expect(() => parseJson('{', 'rows.json')).toThrow(misuse);
});
