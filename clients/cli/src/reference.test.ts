import { expect, test } from '@jest/globals';
import { CliError } from './errors.js';
import { exit } from './exit.js';
import { isId, mayBeAlias, parseReference, parseVersion } from './reference.js';

test.each([
  ['credit', { model: 'credit' }],
  ['credit@7', { model: 'credit', version: '7' }],
  ['credit@champion', { model: 'credit', version: 'champion' }],
  ['credit@1.2.0-rc+1', { model: 'credit', version: '1.2.0-rc+1' }],
  ['team@credit@7', { model: 'team@credit', version: '7' }],
  ['with space@7', { model: 'with space', version: '7' }],
])('%s is read', (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
});

test.each(['', '@7', 'credit@', '@@7'])('"%s" is refused', (text) => {
  expect(() => parseReference(text)).toThrow(CliError);
});

test('a version must be named where one is needed', () => {
  expect(parseVersion('credit@7')).toEqual({ model: 'credit', version: '7' });
  expect(() => parseVersion('credit')).toThrow(expect.objectContaining({ exitCode: exit.usage }));
});

test.each([
  ['champion', true],
  ['_x-1', true],
  ['7', false],
  ['v7', false],
  ['latest', false],
  ['1.2.0', false],
])('may %s be an alias: %s', (text, may) => {
  expect(mayBeAlias(text)).toBe(may);
});

test('ids are told from names', () => {
  expect(isId('0197a1b2-0000-7000-8000-000000000000')).toBe(true);
  expect(isId('prod-eu')).toBe(false);
});
