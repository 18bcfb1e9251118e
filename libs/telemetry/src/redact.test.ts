import { describe, expect, test } from '@jest/globals';
import { redactText } from './redact.js';

describe('redactText', () => {
  test.each([
    ['key db_k-1_abcdefgh12345 refused', 'key db_k-1_[redacted] refused'],
    ['/login?token=dbl_0199-1_abcdefgh12345', '/login?token=dbl_0199-1_[redacted]'],
    ['postgres://registry:s3cr3t@127.0.0.1:5432/drawbridge', 'postgres://registry:[redacted]@127.0.0.1:5432/drawbridge'],
    ['Authorization: Bearer eyJhbGciOi.J9.x_y-z', 'Authorization: Bearer [redacted]'],
    ['http://127.0.0.1:4700/health', 'http://127.0.0.1:4700/health'],
    ['db_short_1', 'db_short_1'],
    ['nothing here', 'nothing here'],
  ])('%s', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });
});
