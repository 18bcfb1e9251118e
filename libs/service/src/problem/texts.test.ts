import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { unstorableTexts } from './texts.js';

test('a body of ordinary texts passes, whatever its language', () => {
  expect(unstorableTexts({ name: 'flüge ✈ 😀', tags: { a: 'b' }, list: ['x', 1, null, true] })).toEqual([]);
});

test('half a character and a zero byte are named by their field', () => {
  expect(
    unstorableTexts({ tags: { team: 'x\ud800y' }, list: ['ok', 'a\u0000b'] }).toSorted((a, b) => (a.field < b.field ? -1 : 1)),
  ).toEqual([
    { field: 'list.1', message: 'must not contain a zero byte' },
    { field: 'tags.team', message: 'must not contain half a character (a lone surrogate)' },
  ]);
});

test('a field whose own name cannot be stored is reported at its parent', () => {
  expect(unstorableTexts({ tags: { '\ud800': 'x' } })).toEqual([
    { field: 'tags', message: 'a name in it must not contain a zero byte or half a character' },
  ]);
});

test('a body nested a hundred thousand deep ends in an answer, not in an exhausted stack', () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + '"\\ud800"' + ']'.repeat(100_000));
  expect(unstorableTexts(deep)).toHaveLength(1);
});

test('an upload is not searched for texts', () => {
  expect(unstorableTexts(Readable.from(['\ud800']))).toEqual([]);
  expect(unstorableTexts(Buffer.from('a\u0000b'))).toEqual([]);
});
