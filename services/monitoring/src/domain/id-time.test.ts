import { expect, test } from '@jest/globals';
import { idTimeMs } from './id-time.js';

test.each([
  ['019b8a3c-7000-7abc-8def-0123456789ab', 0x019b8a3c7000],
  ['00000000-0000-7000-8000-000000000000', 0],
  ['019b8a3c-7000-4abc-8def-0123456789ab', undefined],
  ['019B8A3C-7000-7ABC-8DEF-0123456789AB', undefined],
  ['order-7', undefined],
  ['', undefined],
])('%s was made at %p', (id, time) => {
  expect(idTimeMs(id)).toBe(time);
});
