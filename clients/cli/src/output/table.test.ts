import { expect, test } from '@jest/globals';
import { unpainted } from './paint.js';
import { plain } from './plain.js';
import { tableLines, type TableModel } from './table.js';
import { cut, widthOf } from './width.js';

const table = (rows: readonly (readonly string[])[], right: readonly boolean[] = []): TableModel => ({
  titles: ['NAME', 'ROWS', 'WHY'],
  right: [false, right[1] === true, false],
  rows: rows.map((row) => row.map((text) => ({ text }))),
});

test('columns are as wide as their widest text, numbers stand at the right', () => {
  const lines = tableLines(
    table(
      [
        ['a', '5', 'x'],
        ['longer', '12345', 'y'],
      ],
      [false, true],
    ),
    undefined,
    unpainted,
  );
  expect(lines).toEqual(['NAME     ROWS  WHY', 'a           5  x', 'longer  12345  y']);
});

test('on a narrow terminal the widest column gives way, and no line is longer', () => {
  const lines = tableLines(table([['name', '1', 'a very long explanation that does not fit']]), 30, unpainted);
  expect(lines[1]).toBe('name  1     a very long expla…');
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(30);
});

test('nothing is cut without a terminal', () => {
  expect(tableLines(table([['n', '1', 'x'.repeat(500)]]), undefined, unpainted)[1]).toContain('x'.repeat(500));
});

test('a terminal narrower than its columns gets them at their smallest', () => {
  expect(tableLines(table([['abcdefghij', 'abcdefghij', 'abcdefghij']]), 5, unpainted)[1]).toBe('abcde…  abcde…  abcde…');
});

test.each([
  ['abc', 3],
  ['größe', 5],
  ['e\u0301', 1],
  ['模型', 4],
  ['🚢', 2],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('a wide character is never cut in half', () => {
  expect(cut('模型版本', 6)).toBe('模型…');
  expect(cut('模型', 4)).toBe('模型');
});

test('a terminal is not obeyed', () => {
  expect(plain('a\u001b[2Jb\u0007\nc\u202e')).toBe('a�[2Jb� c�');
});
