import { decodePageToken, invalid } from '@drawbridge/service';
import type { Cursor } from '../persistence/deployment.store.js';

/** Where a list sorted by creation goes on after this row. */
export function cursorOf(row: { createdAt: Date; id: string }): Cursor {
  return { createdAt: row.createdAt.toISOString(), id: row.id };
}

/** The place a page token names; undefined for the first page. */
export function startOf(pageToken: string | undefined): Cursor | undefined {
  if (pageToken === undefined) return undefined;
  const place = decodePageToken(pageToken);
  if (typeof place === 'object' && place !== null && 'createdAt' in place && 'id' in place) {
    return { createdAt: String(place.createdAt), id: String(place.id) };
  }
  throw invalid([{ field: 'pageToken', message: 'take it from nextPageToken of the page before' }]);
}
