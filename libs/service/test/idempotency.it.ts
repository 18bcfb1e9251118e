import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Problem } from '@drawbridge/contracts';
import { repositoryRoot } from '@drawbridge/local';
import { eventually, type HttpClient, type RunningChild } from '@drawbridge/testing';
import { type Harness, harness } from './harness.js';

const main = join(repositoryRoot, 'libs', 'service', 'dist', 'test', 'tiny-main.js');

interface Note {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

let h: Harness;
let service: RunningChild;
let operator: HttpClient;

const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  service = await h.box.startService('deployment', env, { main });
  operator = service.http(h.box.keys.operator);
};

/** As if the first request had begun two minutes ago. */
const age = async (key: string): Promise<void> => {
  await eventually(`the request with key ${key} to have begun`, async () => {
    const aged = await h.box.query(
      'deployment',
      `with aged as (update idempotency_keys set created_at = created_at - interval '2 minutes' where key = $1 returning 1)
       select * from aged`,
      [key],
    );
    return aged.length > 0;
  });
};

const notes = (name: string): Promise<Note[]> => h.box.query<Note>('deployment', 'select name, size from notes where name = $1', [name]);
const announcements = (name: string): Promise<object[]> =>
  h.box.query('deployment', `select 1 from outbox where aggregatetype = 'notes' and aggregateid = $1`, [name]);

beforeAll(async () => {
  h = await harness('idempotency');
}, 120_000);

beforeEach(async () => {
  await service?.kill();
  await start();
}, 60_000);

afterAll(() => h?.stop());

describe('a repeated request', () => {
  test('that took over from a slow one is the only one of the two that acts', async () => {
    const headers = { 'idempotency-key': 'slow' };
    const send = () => operator.post<Note | Problem>('/api/v1/notes', { name: 'slow', size: 1 }, { headers });
    const first = send();
    await age('slow');
    const [one, two] = await Promise.all([first, send()]);
    expect([one.status, (one.body as Problem).code, two.status]).toEqual([409, 'DBR-IDEMPOTENCY-TAKEN-OVER', 201]);
    expect(await notes('slow')).toHaveLength(1);
    expect(await announcements('slow')).toHaveLength(1);
    expect((await send()).body).toEqual(two.body);
  });

  test('gets the answer that was committed with the work when the process died before it could be sent', async () => {
    const headers = { 'idempotency-key': 'crash' };
    const send = () => operator.post<Note>('/api/v1/notes', { name: 'crash', size: 7 }, { headers });
    await service.kill();
    await start({ DRAWBRIDGE_FAILPOINTS: 'answer.before-keep' });
    await expect(send()).rejects.toThrow();
    await service.exited;
    await start();
    const answer = await send();
    expect(answer).toMatchObject({ status: 201, body: { name: 'crash', size: 7 } });
    expect(answer.headers.get('idempotent-replayed')).toBe('true');
    await age('crash');
    expect((await send()).body).toEqual(answer.body);
    expect(await notes('crash')).toHaveLength(1);
    expect(await announcements('crash')).toHaveLength(1);
  }, 60_000);

  test('is told that the work is done and its answer lost where the answer is no part of the work, and acts no second time', async () => {
    await operator.post('/api/v1/notes', { name: 'grown', size: 1 });
    const headers = { 'idempotency-key': 'grow' };
    const send = <T>() => operator.post<T>('/api/v1/notes/grown/grow', {}, { headers });
    await service.kill();
    await start({ DRAWBRIDGE_FAILPOINTS: 'answer.before-keep' });
    await expect(send()).rejects.toThrow();
    await service.exited;
    await start();
    await age('grow');
    expect(await send<Problem>()).toMatchObject({ status: 409, body: { code: 'DBR-IDEMPOTENCY-ANSWER-LOST', retryable: false } });
    expect(await notes('grown')).toMatchObject([{ size: 2 }]);
  }, 60_000);

  test('of a process that died before its work was committed is carried out after a minute', async () => {
    await h.box.query(
      'deployment',
      `insert into idempotency_keys (principal, route, key, owner, request_hash, created_at)
       select principal, route, 'dead', gen_random_uuid(), request_hash, now() from idempotency_keys where key = 'crash'`,
    );
    const headers = { 'idempotency-key': 'dead' };
    const send = <T>() => operator.post<T>('/api/v1/notes', { name: 'crash', size: 7 }, { headers });
    await age('dead');
    // Carried out, and refused by the work itself: the note is there already.
    expect(await send<Problem>()).toMatchObject({ status: 409, body: { code: 'DBR-NOTE-EXISTS' } });
  });

  test('after a refusal that left a trace in the database is carried out anew', async () => {
    const headers = { 'idempotency-key': 'noted' };
    const send = () => operator.post<Problem>('/api/v1/notes/refused/grow', {}, { headers });
    expect(await send()).toMatchObject({ status: 409, body: { code: 'DBR-NOTE-UNKNOWN' } });
    await operator.post('/api/v1/notes', { name: 'refused', size: 1 });
    expect((await send()).status).toBe(200);
  });
});
