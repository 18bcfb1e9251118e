import { describe, expect, test } from '@jest/globals';
import { freshText, notes } from './freshness.js';

describe('how fresh an answer is', () => {
  test.each([
    ['as of 2026-03-05T12:00:00Z, nothing behind', { asOf: '2026-03-05T12:00:00.123Z', lag: 0 }],
    ['as of 2026-03-05T12:00:00Z, 1 record behind', { asOf: '2026-03-05T12:00:00.123Z', lag: 1 }],
    ['never read to the end, 7000 records behind', { asOf: '1970-01-01T00:00:00.000Z', lag: 7000 }],
    [undefined, { asOf: '2026-03-05T12:00:00.123Z' }],
  ])('%s', (text, answer) => {
    expect(freshText(answer)).toBe(text);
  });

  test('stands below what else there is to say', () => {
    expect(notes('no windows yet', undefined, 'as of now')).toEqual({ note: 'no windows yet\nas of now' });
    expect(notes(undefined)).toEqual({});
  });
});
