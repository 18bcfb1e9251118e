import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NewKeyView, WhoAmI } from '@drawbridge/contracts';
import { eventually, onServer, type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';

const fast = { DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL: '50ms' };

/** Real: governance as a process, Kafka, Postgres. */
describe('keys on access.state', () => {
  let box: Sandbox;
  let service: RunningChild;

  beforeAll(async () => {
    box = await sandbox('access');
    await box.migrate('governance');
    service = await box.startService('governance', fast);
    await eventually('the first keys to work', async () => (await service.http(box.keys.admin).get('/api/v1/whoami')).status === 200);
  }, 90_000);

  afterAll(() => box?.dispose());

  function announced(): Promise<{ key: string | null; data: unknown }[]> {
    return box.collect('access.state', (events) => events.length > 0);
  }

  test('hold hashes and roles, never a key', async () => {
    const text = JSON.stringify((await announced()).map(({ data }) => data));
    expect(text).toContain('"sha256"');
    for (const key of Object.values(box.keys)) expect(text).not.toContain(key);
    expect(text).not.toMatch(/db_[A-Za-z0-9-]+_/);
  });

  test('are not announced again by a restart', async () => {
    const before = (await announced()).length;
    await service.stop();
    service = await box.startService('governance', fast);
    expect((await announced()).length).toBe(before);
  });

  test('who lost every role may still end the session', async () => {
    const admin = service.http(box.keys.admin);
    const person = await admin.post<{ id: string }>('/api/v1/persons', { name: 'Leaver', roles: ['viewer'] });
    const link = await admin.post<{ token: string }>('/api/v1/login-links', { person: person.body.id });
    const session = await service.http().post<NewKeyView>('/api/v1/sessions', { token: link.body.token });
    const own = service.http(session.body.key);
    await admin.put(`/api/v1/persons/${person.body.id}/roles`, { roles: [] });
    await eventually('the loss to be known', async () => (await own.get('/api/v1/persons')).status === 403);
    expect((await own.delete('/api/v1/sessions/current')).status).toBe(204);
    await eventually('the session to be over', async () => (await own.get('/api/v1/whoami')).status === 401);
  });

  test.each([
    ['persons', { name: 'x', roles: [], project: 'A b/<x>' }, 'project'],
    ['keys', { name: 'x', machine: 'm', roles: ['viewer'], project: 'UPPER' }, 'project'],
    ['keys', { name: 'x', machine: 'm', roles: ['viewer'], expiresAt: '2030-W01-1' }, 'expiresAt'],
    ['policies', { yaml: 'name: x', project: '../x' }, 'project'],
  ])('%s: what could not be found again is refused by its field (%j)', async (resource, body, field) => {
    const answer = await service.http(box.keys.admin).post<unknown>(`/api/v1/${resource}`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test('a session that ended long ago is forgotten everywhere', async () => {
    const session = await service.http().post<NewKeyView>('/api/v1/sessions', { key: box.keys.viewer });
    const { keyId } = session.body;
    await onServer(box.migrationUrl('governance'), (client) =>
      client.query(`update governance.api_keys set expires_at = now() - interval '2 days' where key_id = $1`, [keyId]),
    );
    await box.collect('access.state', (events) => events.some(({ key, data }) => key === keyId && data === undefined));
    const left = await box.query('governance', 'select 1 from governance.api_keys where key_id = $1', [keyId]);
    expect(left).toEqual([]);
  });

  test('a broker that was replaced gets them again', async () => {
    const made = await service.http(box.keys.admin).post<NewKeyView>('/api/v1/keys', { name: 'kept', machine: 'probe', roles: ['viewer'] });
    await service.stop();
    const other = await sandbox('access2');
    try {
      const moved = await other.startService('governance', { ...fast, DRAWBRIDGE_DB_URL: box.databaseUrl('governance') });
      const probe = moved.http(made.body.key);
      const me = await eventually('the old key to work on the new broker', async () => {
        const answer = await probe.get<WhoAmI>('/api/v1/whoami');
        return answer.status === 200 && answer.body;
      });
      expect(me.principal.id).toBe('probe');
    } finally {
      await other.dispose();
    }
  }, 60_000);
});
