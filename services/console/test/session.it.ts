import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, PersonView, Problem } from '@drawbridge/contracts';
import { eventually, http, type HttpClient, type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';

interface Session {
  readonly principal: { id: string; name: string };
  readonly roles: string[];
}

/** Real: console and governance. How people come in, what the cookie may do, and how it ends. */
describe('sessions', () => {
  let box: Sandbox;
  let console_: RunningChild;
  let admin: HttpClient;

  beforeAll(async () => {
    box = await sandbox('sessions');
    await box.migrate('console', 'governance');
    await box.startService('governance');
    console_ = await box.startService('console');
    admin = console_.http(box.keys.admin);
    await eventually('the keys to work', async () => (await admin.get('/api/v1/persons')).status === 200);
  }, 120_000);

  afterAll(() => box?.dispose());

  async function logIn(credential: object): Promise<{ status: number; cookie: string; header: string; body: Session & Problem }> {
    const { status, headers, body } = await http(console_.url).post<Session & Problem>('/auth/login', credential);
    const header = headers.get('set-cookie') ?? '';
    return { status, header, cookie: header.split(';')[0] ?? '', body };
  }

  const withCookie = (cookie: string, origin?: string) => ({ headers: { cookie, ...(origin === undefined ? {} : { origin }) } });

  test('a key opens a session; its cookie is out of reach of scripts and other sites', async () => {
    const { status, header, cookie, body } = await logIn({ key: box.keys.approver });
    expect({ status, roles: body.roles }).toEqual({ status: 200, roles: ['approver'] });
    expect(header).toMatch(/^drawbridge_session=.+; Path=\/; HttpOnly; SameSite=Strict/);
    expect(JSON.stringify(body)).not.toContain(decodeURIComponent(cookie.split('=')[1] ?? 'x'));
    const session = await http(console_.url).get<Session>('/api/v1/platform/session', withCookie(cookie));
    expect(session.body.principal.name).toBe('Test approver');
    // The gateway hands the session's key to the owner of the resource, whose answer knows the caller.
    const approvals = await http(console_.url).get<Page<object>>('/api/v1/approvals', withCookie(cookie));
    expect(approvals.status).toBe(200);
    const keys = await http(console_.url).get<Problem>('/api/v1/keys', withCookie(cookie));
    expect(keys).toMatchObject({ status: 403, body: { code: 'DBR-FORBIDDEN' } });
  });

  test('a write with the cookie from a page of another site is refused', async () => {
    const { cookie } = await logIn({ key: box.keys.admin });
    const person = { name: 'Mallory', roles: ['admin'] };
    expect((await http(console_.url).post('/api/v1/persons', person, withCookie(cookie, 'http://elsewhere.example'))).status).toBe(403);
    expect(
      (await http(console_.url).post('/api/v1/persons', { name: 'Mia', roles: ['viewer'] }, withCookie(cookie, console_.url))).status,
    ).toBe(201);
    const { body } = await admin.get<Page<PersonView>>('/api/v1/persons?name=Mallory');
    expect(body.items).toEqual([]);
  });

  test('a body announced with "Expect: 100-continue", as curl sends large ones, reaches its owner', async () => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${box.keys.admin}`, 'content-type': 'application/json', expect: '100-continue' };
      const sent = request(`${console_.url}/api/v1/persons`, { method: 'POST', headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).on('continue', () => sent.end(JSON.stringify({ name: 'Lena', roles: ['viewer'] })));
      sent.flushHeaders();
    });
    expect(answered).toBe(201);
  });

  test('behind a proxy with TLS the cookie is for TLS only, and the page of the public address may write', async () => {
    const publicUrl = 'https://bridge.example.com';
    // The same port on another loopback address.
    const settings = { DRAWBRIDGE_CONSOLE_PUBLIC_URL: publicUrl, DRAWBRIDGE_HOST: '127.0.0.2' };
    const proxied = await box.startService('console', settings, { ready: false });
    const url = proxied.url.replace('127.0.0.1', '127.0.0.2');
    const client = http(url);
    const works = async (): Promise<boolean> => (await http(url, box.keys.admin).get('/api/v1/persons')).status === 200;
    await eventually('the keys to work', () => works().catch(() => false), 30_000);
    const login = await client.post<Session>('/auth/login', { key: box.keys.admin }, { headers: { origin: publicUrl } });
    const header = login.headers.get('set-cookie') ?? '';
    expect({ status: login.status, secure: header.includes('; Secure') }).toEqual({ status: 200, secure: true });
    const cookie = header.split(';')[0] ?? '';
    const person = { name: 'Paula', roles: ['viewer'] };
    expect((await client.post('/api/v1/persons', person, withCookie(cookie, 'https://elsewhere.example.com'))).status).toBe(403);
    expect((await client.post('/api/v1/persons', person, withCookie(cookie, publicUrl))).status).toBe(201);
    expect((await client.get<{ publicUrl: string }>('/api/v1/platform/session', withCookie(cookie))).body.publicUrl).toBe(publicUrl);
    const out = await client.post('/auth/logout', undefined, withCookie(cookie, publicUrl));
    expect(out.headers.get('set-cookie')).toMatch(/; Secure; Max-Age=0$/);
    await proxied.stop();
  });

  test('a login link works once', async () => {
    const person = await admin.post<PersonView>('/api/v1/persons', { name: 'Otto', roles: ['approver'] });
    const link = await admin.post<{ token: string }>('/api/v1/login-links', { person: person.body.id });
    const first = await logIn({ token: link.body.token });
    expect({ status: first.status, name: first.body.principal?.name }).toEqual({ status: 200, name: 'Otto' });
    const second = await logIn({ token: link.body.token });
    expect({ good: second.status < 400, cookie: second.cookie }).toEqual({ good: false, cookie: '' });
    expect(second.body.fix).not.toBe('');
  });

  test('what is no key opens nothing', async () => {
    for (const key of ['nonsense', box.keys.expired, box.keys.revoked]) {
      const { status, cookie } = await logIn({ key });
      expect({ refused: status >= 400 && status < 500, cookie }).toEqual({ refused: true, cookie: '' });
    }
  });

  test('after logging out the cookie opens nothing, wherever it was copied to', async () => {
    const { cookie } = await logIn({ key: box.keys.viewer });
    const out = await http(console_.url).post('/auth/logout', undefined, withCookie(cookie));
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    await eventually(
      'the session to be over',
      async () => (await http(console_.url).get('/api/v1/platform/session', withCookie(cookie))).status === 401,
    );
    expect((await http(console_.url).get('/api/v1/approvals', withCookie(cookie))).status).toBe(401);
  });

  test('a live tail ends with the session that opened it', async () => {
    const { cookie } = await logIn({ key: box.keys.viewer });
    const signal = AbortSignal.timeout(20_000);
    const tail = await fetch(`${console_.url}/api/v1/events/live`, { headers: { cookie }, signal });
    expect(tail.status).toBe(200);
    expect((await http(console_.url).post('/auth/logout', undefined, withCookie(cookie))).status).toBe(204);
    expect(await tail.text()).toMatch(/event: end\ndata: {"code":"DBR-AUTH-REVOKED".*}\n\n$/);
    expect((await http(console_.url).get('/api/v1/events/live', withCookie(cookie))).status).toBe(401);
  });

  test('answers of other services pass unchanged, bodies and idempotency keys too', async () => {
    const body = { name: 'Ines', roles: ['viewer'] };
    const key = { headers: { 'idempotency-key': 'the-same' } };
    const once = await admin.post<PersonView>('/api/v1/persons', body, key);
    const twice = await admin.post<PersonView>('/api/v1/persons', body, key);
    expect(twice.body.id).toBe(once.body.id);
    expect(await admin.post<Problem>('/api/v1/persons', { ...body, name: 'Other' }, key)).toMatchObject({
      status: 422,
      body: { code: 'DBR-IDEMPOTENCY-MISMATCH' },
    });
    expect(await admin.raw<Problem>('POST', '/api/v1/persons', '{', { headers: { 'content-type': 'application/json' } })).toMatchObject({
      status: 400,
    });
    expect(await admin.get('/api/v1/services/governance/dead-letters')).toMatchObject({ status: 200, body: { items: [] } });
    expect(await admin.get<Problem>('/api/v1/models')).toMatchObject({ status: 503, body: { code: 'DBR-PEER-UNAVAILABLE' } });
  });
});
