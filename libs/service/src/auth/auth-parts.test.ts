import { describe, expect, test } from '@jest/globals';
import type { AccessState } from '@drawbridge/contracts';
import { createLogger } from '@drawbridge/telemetry';
import { anEvent, eventually, FakeClock, FakeLog, makeKeys } from '@drawbridge/testing';
import { AccessDirectory } from './access-directory.js';
import { hashKey, keyFromHeader, keyIdOf, keyMatches } from './api-key.js';
import { RateLimit } from './rate-limit.js';
import { hostName, SameSite } from './same-site.js';

const silent = createLogger('test', { write: () => undefined });

describe('API keys', () => {
  test('carry their id', () => {
    expect(keyIdOf('db_ab-12_abcdefgh_ij-k')).toBe('ab-12');
    for (const bad of ['', 'db_', 'db_x_', 'db_x_short', 'xx_ab_abcdefghij', 'db_a b_abcdefghij', `db_x_${'a'.repeat(300)}`]) {
      expect(keyIdOf(bad)).toBeUndefined();
    }
  });

  test('match their hash only', () => {
    const key = 'db_x_abcdefghijkl';
    expect(keyMatches(key, hashKey(key))).toBe(true);
    expect(keyMatches(key, hashKey(`${key}m`))).toBe(false);
    expect(keyMatches(key, undefined)).toBe(false);
    expect(keyMatches('nobody', undefined)).toBe(false);
    expect(keyMatches(key, 'abcd')).toBe(false);
  });

  test('come as Bearer, or as the password of Basic', () => {
    expect(keyFromHeader('Bearer db_x_1')).toBe('db_x_1');
    expect(keyFromHeader('bearer   db_x_1')).toBe('db_x_1');
    expect(keyFromHeader(`Basic ${Buffer.from('ada:db_x_1').toString('base64')}`)).toBe('db_x_1');
    expect(keyFromHeader(`Basic ${Buffer.from('nothing').toString('base64')}`)).toBeUndefined();
    expect(keyFromHeader('Digest x')).toBeUndefined();
    expect(keyFromHeader(undefined)).toBeUndefined();
  });
});

describe('the access directory', () => {
  const keys = makeKeys();
  const state = (name: keyof typeof keys, part: Partial<AccessState> = {}, sequence = 1): ReturnType<typeof anEvent> =>
    anEvent('access.state', { ...keys[name].state, ...part }, { key: keys[name].state.keyId, sequence });

  async function directory(log: FakeLog, clock = new FakeClock()): Promise<AccessDirectory> {
    const access = new AccessDirectory(log, silent, clock.now);
    await access.start();
    await eventually('the directory', () => access.caughtUp);
    return access;
  }

  test('knows keys, their roles and their end', async () => {
    const log = new FakeLog();
    await log.produce([state('viewer'), state('expired'), state('revoked'), state('approver', { expiresAt: '2026-01-01T00:01:00.000Z' })]);
    const clock = new FakeClock('2026-01-01T00:00:00.000Z');
    const access = await directory(log, clock);
    expect(access.authenticate(keys.viewer.key)).toMatchObject({ ok: true, principal: { id: 'person-viewer', roles: ['viewer'] } });
    expect(access.authenticate(keys.expired.key)).toEqual({ ok: false, refusal: 'expired' });
    expect(access.authenticate(keys.revoked.key)).toEqual({ ok: false, refusal: 'revoked' });
    expect(access.authenticate(keys.operator.key)).toEqual({ ok: false, refusal: 'unknown' });
    expect(access.authenticate(`${keys.viewer.key}x`)).toEqual({ ok: false, refusal: 'unknown' });
    expect(access.authenticate('hello')).toEqual({ ok: false, refusal: 'malformed' });
    expect(access.authenticate(keys.approver.key)).toMatchObject({ ok: true });
    clock.advance(60_000);
    expect(access.authenticate(keys.approver.key)).toEqual({ ok: false, refusal: 'expired' });
    await access.stop();
  });

  test('follows changes, ignores older documents, removals and rubbish', async () => {
    const log = new FakeLog();
    await log.produce([state('viewer', {}, 3)]);
    const access = await directory(log);
    await log.produce([
      state('viewer', { roles: ['admin'] }, 2),
      { topic: 'access.state', key: 'bad', value: '{broken' },
      { topic: 'access.state', key: 'bad', value: '{"keyId":"bad"}' },
      state('operator'),
    ]);
    await eventually('the operator', () => access.authenticate(keys.operator.key).ok);
    expect(access.authenticate(keys.viewer.key)).toMatchObject({ principal: { roles: ['viewer'] } });
    await log.produce([{ topic: 'access.state', key: keys.viewer.state.keyId, value: null }]);
    await eventually('the removal', () => !access.authenticate(keys.viewer.key).ok);
    expect(access.size).toBe(1);
    await access.stop();
  });
});

test('the access directory tells which key changed, until nobody listens', async () => {
  const keys = makeKeys();
  const log = new FakeLog();
  const access = new AccessDirectory(log, silent);
  await access.start();
  const changed: string[] = [];
  const stop = access.onChange((keyId) => changed.push(keyId));
  const document = (sequence: number): ReturnType<typeof anEvent> =>
    anEvent('access.state', { ...keys.viewer.state }, { key: keys.viewer.state.keyId, sequence });
  await log.produce([document(2), document(1), { topic: 'access.state', key: 'gone', value: null }]);
  await eventually('both changes', () => changed.length === 2);
  stop();
  await log.produce([document(3), { topic: 'access.state', key: 'last', value: null }]);
  await eventually('the directory', () => access.caughtUp);
  expect(changed).toEqual([keys.viewer.state.keyId, 'gone']);
  await access.stop();
});

describe('the rate limit', () => {
  test('lets a burst pass, then the rate', () => {
    const limit = new RateLimit(10, 3);
    const at = (ms: number): boolean => limit.take('ada', ms).ok;
    expect([at(0), at(0), at(0), at(0)]).toEqual([true, true, true, false]);
    expect(limit.take('ada', 0)).toEqual({ ok: false, retryAfterSeconds: 1 });
    expect([at(100), at(100), at(200)]).toEqual([true, false, true]);
    expect(limit.take('grace', 0).ok).toBe(true);
  });

  test('a rate of zero limits nothing, a clock that goes back takes nothing away', () => {
    const off = new RateLimit(0, 0);
    expect(Array.from({ length: 10 }, () => off.take('ada', 0).ok)).not.toContain(false);
    const limit = new RateLimit(1, 2);
    limit.take('ada', 10_000);
    expect(limit.take('ada', 0).ok).toBe(true);
  });

  test('forgets the callers that were silent longest', () => {
    const limit = new RateLimit(0.001, 1, 2);
    for (const caller of ['a', 'b', 'c']) limit.take(caller, 0);
    expect(limit.take('c', 0).ok).toBe(false);
    expect(limit.take('a', 0).ok).toBe(true);
  });
});

describe('hosts and origins', () => {
  const site = new SameSite({
    host: '127.0.0.1',
    service: 'registry',
    allowedHosts: ['bridge.example'],
    allowedOrigins: ['https://ops.example'],
  });

  test.each([
    ['localhost:4701', 'localhost'],
    ['[::1]:4701', '::1'],
    ['Bridge.Example', 'bridge.example'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s is the host %s', (header, expected) => {
    expect(hostName(header)).toBe(expected);
    expect(() => site.check('GET', header, undefined)).not.toThrow();
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '', undefined])('refuses the host %s', (host) => {
    expect(() => site.check('GET', host, undefined)).toThrow('does not answer to the name');
  });

  test('writes come from own pages only, reads from anywhere', () => {
    expect(() => site.check('GET', 'localhost:4701', 'https://evil.example')).not.toThrow();
    expect(() => site.check('POST', 'localhost:4701', 'http://localhost:4701')).not.toThrow();
    expect(() => site.check('POST', 'localhost:4701', 'https://ops.example')).not.toThrow();
    for (const origin of ['https://evil.example', 'http://localhost:9999', 'null', 'file://']) {
      expect(() => site.check('DELETE', 'localhost:4701', origin)).toThrow('may not send');
    }
  });
});
