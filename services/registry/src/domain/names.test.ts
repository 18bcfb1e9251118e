import { expect, test } from '@jest/globals';
import { aliasProblem, modelNameProblem, tagProblems, versionProblem } from './names.js';

test.each(['flights-late', 'Kredit Risiko', 'naïve', 'a.b_c'])('model name %s is accepted', (name) => {
  expect(modelNameProblem(name)).toBeUndefined();
});

test.each(['', ' x', 'x ', '..', '.hidden', 'a/b', 'a\\b', 'models:/x', 'a\u0000b', '@x', 'x'.repeat(201)])(
  'model name %j is refused',
  (name) => {
    expect(modelNameProblem(name)).toBeDefined();
  },
);

test.each(['1', 'v2', '2026.11-rc.1+build', '0'])('version %s is accepted', (version) => {
  expect(versionProblem(version)).toBeUndefined();
});

test.each(['', 'latest', '@champion', '../1', 'a b', '-1', 'x'.repeat(65)])('version %j is refused', (version) => {
  expect(versionProblem(version)).toBeDefined();
});

test.each(['champion', 'prod_eu', '_x'])('alias %s is accepted', (alias) => {
  expect(aliasProblem(alias)).toBeUndefined();
});

test.each(['', 'latest', 'v3', 'V12', '3', 'a/b', 'x y'])('alias %j is refused', (alias) => {
  expect(aliasProblem(alias)).toBeDefined();
});

test('a tag that is too long is named', () => {
  expect(tagProblems({ ok: 'yes', big: 'x'.repeat(5001) }, 'tags')).toEqual([
    { field: 'tags.big', message: 'must have at most 5000 characters' },
  ]);
});
