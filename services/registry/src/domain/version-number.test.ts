import { expect, test } from '@jest/globals';
import { assignVersion } from './version-number.js';

test.each([
  // asked       next → version     next
  [undefined, 1, '1', 2],
  [undefined, 7, '7', 8],
  ['3', 1, '3', 4],
  ['3', 9, '3', 9],
  ['2026-11', 4, '2026-11', 4],
  ['007', 4, '007', 4],
  ['99999999999999999999', 4, '99999999999999999999', 4],
] as const)('asked for %s with %i next: version %s, then %i', (asked, next, version, after) => {
  expect(assignVersion(asked, next)).toEqual({ version, nextNumber: after });
});
