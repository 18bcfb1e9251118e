import type { Page } from '@drawbridge/contracts';
import { invalid } from '../problem/problem-error.js';

/** The page of a query that asked for one row more than `limit`: the extra row says that there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => unknown, now: Date = new Date()): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(rows.length > limit && last !== undefined ? { nextPageToken: encodePageToken(cursorOf(last)) } : {}),
    asOf: now.toISOString(),
  };
}

/** The same page with other items, e.g. entities turned into views. */
export function mapPage<T, U>(page: Page<T>, map: (item: T) => U): Page<U> {
  return { ...page, items: page.items.map(map) };
}

export function encodePageToken(cursor: unknown): string {
  return Buffer.from(JSON.stringify(cursor), 'utf8').toString('base64url');
}

/** The cursor inside a token; undefined without a token. A token that we never gave is a 400. */
export function decodePageToken(token: string | undefined): unknown {
  if (token === undefined || token === '') return undefined;
  try {
    if (!/^[A-Za-z0-9_-]{1,2000}$/.test(token)) throw new Error('alphabet');
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
  } catch {
    throw badPageToken();
  }
}

/** A cursor that must be an array of so many texts or numbers, as most keyset queries use. */
export function decodeCursor(token: string | undefined, length: number): readonly (string | number)[] | undefined {
  const cursor = decodePageToken(token);
  if (cursor === undefined) return undefined;
  const valid = Array.isArray(cursor) && cursor.length === length && cursor.every((part) => ['string', 'number'].includes(typeof part));
  if (!valid) throw badPageToken();
  return cursor as (string | number)[];
}

function badPageToken(): Error {
  return invalid([
    {
      field: 'pageToken',
      message: 'must be the nextPageToken of an earlier answer, with the same sort and filters; leave it out to start anew',
    },
  ]);
}

export interface Sort<Field extends string> {
  readonly field: Field;
  readonly descending: boolean;
}

/** Reads `sort=name` or `sort=-createdAt`; an unknown field is a 400 that lists the known ones. */
export function parseSort<Field extends string>(text: string | undefined, fields: readonly Field[], fallback: Sort<Field>): Sort<Field> {
  if (text === undefined || text === '') return fallback;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const field = fields.find((known) => known === name);
  if (field === undefined) {
    throw invalid([{ field: 'sort', message: `must be one of ${fields.join(', ')}, with - in front for descending, not "${text}"` }]);
  }
  return { field, descending };
}
