import { describe, expect, test } from '@jest/globals';
import { linkIdOf, type PrincipalKind, refusedKey, rolesOf, unsuitableRole } from './access.js';

const noon = new Date('2026-04-01T12:00:00.000Z');

describe('keys', () => {
  test.each<[PrincipalKind, string[] | undefined, string[], string[]]>([
    // kind      scope                     granted                  carries
    ['person', undefined, ['viewer', 'approver'], ['viewer', 'approver']],
    ['person', ['viewer'], ['viewer', 'approver'], ['viewer']],
    ['person', ['admin'], ['viewer'], []],
    ['person', ['viewer'], [], []],
    ['machine', ['producer'], ['admin'], ['producer']],
    ['machine', undefined, ['admin'], []],
  ])('a %s with scope %j and roles %j carries %j', (kind, scope, granted, carried) => {
    const principal = { kind, id: 'x', name: 'X' };
    expect(rolesOf({ principal, ...(scope === undefined ? {} : { scope }) }, granted)).toEqual(carried);
  });

  test.each<[PrincipalKind, string[], string | undefined]>([
    ['person', ['service'], 'a person cannot hold the role service'],
    ['machine', ['viewer', 'approver'], 'a machine cannot hold the role approver'],
    ['machine', ['admin', 'service'], undefined],
    ['person', ['approver', 'admin'], undefined],
  ])('a %s with %j', (kind, wanted, why) => {
    expect(unsuitableRole(kind, wanted)).toBe(why);
  });

  test.each<[object, string | undefined]>([
    [{}, undefined],
    [{ expiresAt: new Date(noon.getTime() + 1) }, undefined],
    [{ expiresAt: noon }, 'expired at 2026-04-01T12:00:00.000Z'],
    [{ revokedAt: noon, expiresAt: noon }, 'revoked at 2026-04-01T12:00:00.000Z'],
  ])('%j is refused: %s', (key, why) => {
    expect(refusedKey(key, noon)).toBe(why);
  });

  test.each<[string, string | undefined]>([
    [`dbl_0192f0c4-0000-7000-8000-000000000001_${'x'.repeat(43)}`, '0192f0c4-0000-7000-8000-000000000001'],
    [`db_0192f0c4-0000-7000-8000-000000000001_${'x'.repeat(43)}`, undefined],
    ['dbl_x_y', undefined],
    ['', undefined],
  ])('%s names the link %s', (token, id) => {
    expect(linkIdOf(token)).toBe(id);
  });
});
