import { decodeCursor, invalid, type PageQuery, parseSort } from '@drawbridge/service';
import type { Keyset } from '../persistence/rows.js';

/** Where a page begins and which way it runs; `field` is the one time field a list can be sorted by, newest first by default. */
export function keysetOf(query: PageQuery, field: string): Keyset {
  const { descending } = parseSort(query.sort, [field], { field, descending: true });
  const cursor = decodeCursor(query.pageToken, 2);
  if (cursor === undefined) return { limit: query.limit, descending };
  const at = new Date(String(cursor[0]));
  if (Number.isNaN(at.getTime())) throw invalid([{ field: 'pageToken', message: 'must be the nextPageToken of an earlier answer' }]);
  return { limit: query.limit, descending, after: { at, id: String(cursor[1]) } };
}

/** The cursor of an item. */
export function cursorOf(at: Date, id: string | number): [string, string] {
  return [at.toISOString(), String(id)];
}
