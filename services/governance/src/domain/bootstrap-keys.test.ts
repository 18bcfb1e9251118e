import { describe, expect, test } from '@jest/globals';
import { parseBootstrapKeys } from './bootstrap-keys.js';

const key = {
  keyId: 'admin',
  sha256: 'a'.repeat(64),
  principal: { kind: 'person', id: 'admin', name: 'Admin' },
  roles: ['admin'],
};

describe('the file of first keys', () => {
  test('is read', () => {
    const dated = { ...key, name: 'first', expiresAt: '2027-01-01T00:00:00Z' };
    const read = parseBootstrapKeys(JSON.stringify([key, dated]));
    expect(read).toEqual({ ok: true, keys: [key, { ...dated, expiresAt: new Date('2027-01-01T00:00:00Z') }] });
  });

  test.each<[string, string, string]>([
    ['no JSON', '{', 'does not name a JSON file'],
    ['no list', '{}', 'must name a JSON list of keys'],
    ['an empty entry', '[null]', 'entry 0: keyId must be'],
    ['a key id with spaces', JSON.stringify([{ ...key, keyId: 'a b' }]), 'entry 0: keyId must be'],
    ['a key in place of its hash', JSON.stringify([{ ...key, sha256: 'db_admin_secret' }]), 'entry 0: sha256 must be'],
    ['no principal', JSON.stringify([key, { ...key, principal: undefined }]), 'entry 1: principal must have'],
    ['a principal of another kind', JSON.stringify([{ ...key, principal: { kind: 'ghost', id: 'x', name: 'x' } }]), 'entry 0: principal'],
    ['an unknown role', JSON.stringify([{ ...key, roles: ['root'] }]), 'entry 0: roles must be a list of viewer'],
    ['a time that is none', JSON.stringify([{ ...key, expiresAt: 'soon' }]), 'entry 0: expiresAt and revokedAt must be'],
  ])('with %s is refused', (_, text, why) => {
    expect(parseBootstrapKeys(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});
