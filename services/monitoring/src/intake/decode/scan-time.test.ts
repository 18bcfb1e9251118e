import { expect, test } from '@jest/globals';
import { scanTime } from './scan-time.js';

function scanned(text: string): number {
  const bytes = Buffer.from(text);
  return scanTime(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
}

test('every day of a year is read by position, leap years or not', () => {
  for (const year of [1970, 1999, 2000, 2026, 2028, 2100]) {
    for (let at = Date.UTC(year, 0, 1, 23, 59, 58, 7); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
      expect(scanned(new Date(at).toISOString())).toBe(at);
    }
  }
});

test('a day that is none is left to the reference', () => {
  for (const day of ['2026-02-29', '2028-02-30', '2100-02-29', '2026-04-31', '2026-01-32', '2026-13-31', '2026-00-31', '2026-03-00']) {
    expect(scanned(`${day}T00:00:00.000Z`)).toBeNaN();
  }
});
