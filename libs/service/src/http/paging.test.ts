import { describe, expect, test } from '@jest/globals';
import { decodeCursor, decodePageToken, encodePageToken, mapPage, pageOf, parseSort } from './paging.js';
import { requestIdOf } from './request-id.js';

describe('pages', () => {
  const now = new Date('2026-01-01T00:00:00.000Z');

  test('one row more than the limit means a next page that begins after the last shown', () => {
    const page = pageOf([1, 2, 3], 2, (row) => [row], now);
    expect(page).toEqual({ items: [1, 2], nextPageToken: encodePageToken([2]), asOf: '2026-01-01T00:00:00.000Z' });
    expect(decodeCursor(page.nextPageToken, 1)).toEqual([2]);
    expect(mapPage(page, String)).toMatchObject({ items: ['1', '2'], nextPageToken: page.nextPageToken });
  });

  test('the last page has no token', () => {
    expect(pageOf([1, 2], 2, (row) => [row], now)).not.toHaveProperty('nextPageToken');
    expect(pageOf([], 2, () => [], now).items).toEqual([]);
  });

  test.each(['nonsense!', 'AAAA', 'a'.repeat(3000)])('the token %.10s is refused', (token) => {
    expect(() => decodePageToken(token)).toThrow('pageToken');
  });

  test.each([[{ a: 1 }], [['x']], [['x', null]], ['x']])('a token with %j in it is refused where two parts are wanted', (cursor) => {
    expect(() => decodeCursor(encodePageToken(cursor), 2)).toThrow('pageToken');
  });

  test('no token is the first page', () => {
    expect(decodeCursor(undefined, 2)).toBeUndefined();
    expect(decodeCursor('', 2)).toBeUndefined();
  });
});

describe('sorting', () => {
  const fields = ['name', 'createdAt'] as const;
  const fallback = { field: 'name', descending: false } as const;

  test('reads a field and a direction', () => {
    expect(parseSort(undefined, fields, fallback)).toEqual(fallback);
    expect(parseSort('-createdAt', fields, fallback)).toEqual({ field: 'createdAt', descending: true });
  });

  test.each(['colour', '--name', 'name; drop table models', '-'])('refuses "%s" and lists the fields', (text) => {
    expect(() => parseSort(text, fields, fallback)).toThrow('sort');
  });
});

describe('request ids', () => {
  test('harmless ones are kept, others replaced', () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'abc-1.2' } })).toBe('abc-1.2');
    for (const bad of ['a b', 'x\n', '', 'a'.repeat(101), ['a', 'b']]) {
      expect(requestIdOf({ headers: { 'x-request-id': bad as string } })).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
