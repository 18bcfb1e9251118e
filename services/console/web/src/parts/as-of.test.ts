import { describe, expect, test } from '@jest/globals';
import { asOfText } from './as-of.js';

describe('the time up to which an answer is true', () => {
  const at = Date.UTC(2026, 2, 5, 12, 30, 15);

  test('is shown without its day while that is today', () => {
    expect(asOfText(at, at + 1000)).toBe('as of 12:30:15Z');
    expect(asOfText(at, at + 90_000_000)).toBe('as of 2026-03-05 12:30:15Z');
  });

  test('may not have come yet', () => {
    expect(asOfText(0, at)).toBe('never read to the end');
  });
});
