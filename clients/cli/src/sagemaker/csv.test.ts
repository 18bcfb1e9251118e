import { expect, test } from '@jest/globals';
import { csvRows, csvValue } from './csv.js';

test('rows are split as RFC 4180 has it', () => {
  expect(csvRows('a,"b ""c"", d",\r\n\n"two\nlines",e')).toEqual([
    ['a', 'b "c", d', ''],
    ['two\nlines', 'e'],
  ]);
  expect(csvRows('')).toEqual([]);
  expect(csvRows('1')).toEqual([['1']]);
});

test('what reads as a number is one, and nothing else', () => {
  expect(['1', ' -2.5e3 ', '.5', '', 'NaN', 'Infinity', '0x10', '12 months', 'true'].map(csvValue)).toEqual([
    1,
    -2500,
    0.5,
    null,
    'NaN',
    'Infinity',
    '0x10',
    '12 months',
    'true',
  ]);
});
