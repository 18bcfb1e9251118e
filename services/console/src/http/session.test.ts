import { describe, expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { sessionCookie, sessionKey } from './session.js';

const request = (cookie?: string): FastifyRequest => ({ headers: { cookie } }) as FastifyRequest;

describe('the session cookie', () => {
  test('gives back what was put in', () => {
    const pair = sessionCookie('db_a_b-c_defgh', false).split(';')[0] ?? '';
    expect(sessionKey(request(`other=1; ${pair}`))).toBe('db_a_b-c_defgh');
  });

  test.each([
    [undefined],
    [''],
    ['drawbridge_session='],
    ['drawbridge_session=%'],
    ['drawbridge_session=%E0%A4%A'],
    ['xdrawbridge_session=a'],
    ['drawbridge_session=db_a_bcdefghij%0D%0AX-Forged:%201'],
    ['drawbridge_session=%E2%82%AC'],
    ['drawbridge_session=k'],
  ])('that we never set is no key: %s', (cookie) => expect(sessionKey(request(cookie))).toBeUndefined());

  test('stays on the server, on this site and, behind TLS, on TLS', () => {
    expect(sessionCookie('k', true)).toBe('drawbridge_session=k; Path=/; HttpOnly; SameSite=Strict; Secure');
  });
});
