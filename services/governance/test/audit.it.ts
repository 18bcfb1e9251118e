import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditEntryView, type AuditVerification, type Page, type Problem, topics } from '@drawbridge/contracts';
import { anAuditEntry, eventually, type HttpClient, onServer, type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';

/** Real: governance as a process, Kafka, Postgres with its roles. */
describe('the audit log', () => {
  let box: Sandbox;
  let service: RunningChild;
  let auditor: HttpClient;

  beforeAll(async () => {
    box = await sandbox('audit');
    await box.migrate('governance');
    service = await box.startService('governance');
    auditor = service.http(box.keys.auditor);
    await eventually('the first keys to work', async () => (await auditor.get('/api/v1/whoami')).status === 200);
  }, 90_000);

  afterAll(() => box?.dispose());

  async function verify(): Promise<AuditVerification> {
    return (await auditor.get<AuditVerification>('/api/v1/audit/verify')).body;
  }

  async function recorded(count: number, filter: string): Promise<AuditEntryView[]> {
    return eventually(`${count} entries with ${filter}`, async () => {
      const { body } = await auditor.get<Page<AuditEntryView>>(`/api/v1/audit?limit=200&${filter}`);
      return body.items.length >= count && body.items;
    });
  }

  /** As somebody with all rights on the database, triggers out of the way. */
  async function tamper(...statements: string[]): Promise<void> {
    const url = new URL(box.facts.adminUrl);
    url.pathname = new URL(box.databaseUrl('governance')).pathname;
    await onServer(url.toString(), async (client) => {
      await client.query(`set session_replication_role = 'replica'`);
      for (const statement of statements) await client.query(statement);
    });
  }

  test('every control topic of the contract is written down, with its place in Kafka', async () => {
    for (let i = 0; i < 20; i += 1) {
      const part = { action: 'test.numbered', subject: `tests/${i}`, details: { i, nested: { b: 1, a: [1.5, null] } } };
      await box.publish('audit.recorded', anAuditEntry(part), { key: `tests/${i}`, actor: { type: 'person', id: 'ann', name: 'Ann' } });
    }
    const entries = await recorded(20, 'action=test.numbered');
    expect(new Set(entries.map((entry) => entry.subject)).size).toBe(20);
    expect(entries[0]).toMatchObject({ actor: { id: 'ann' }, outcome: 'ok', topic: 'audit.recorded', partition: 0 });
    expect(entries.find((entry) => entry.subject === 'tests/7')?.details).toEqual({ i: 7, nested: { b: 1, a: [1.5, null] } });
    const own = await recorded(2, 'topic=policy.published');
    expect(own.map((entry) => entry.actor.type)).toEqual(['system', 'system']);
    const one = await auditor.get<AuditEntryView>(`/api/v1/audit/${entries[0]?.index}`);
    expect(one.body).toEqual(entries[0]);
    expect((await auditor.get<Problem>('/api/v1/audit/999999')).status).toBe(404);
    expect(topics.filter((topic) => topic.plane === 'control').every((topic) => topic.consumers.includes('governance.audit'))).toBe(true);
    expect(await verify()).toMatchObject({ ok: true });
  });

  test('pages walk the whole log once', async () => {
    const seen: number[] = [];
    let token: string | undefined;
    do {
      const page = await auditor.get<Page<AuditEntryView>>(`/api/v1/audit?limit=7${token === undefined ? '' : `&pageToken=${token}`}`);
      seen.push(...page.body.items.map((entry) => entry.index));
      token = page.body.nextPageToken;
    } while (token !== undefined);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: seen.length }, (_, i) => i));
    expect((await auditor.get<Problem>('/api/v1/audit?pageToken=nonsense')).status).toBe(400);
  });

  test.each([
    ['update', `update governance.audit_entries set outcome = 'ok' where index = 0`],
    ['delete', `delete from governance.audit_entries where index = 0`],
    ['truncate', `truncate governance.audit_entries`],
    ['a change of a policy', `update governance.policy_versions set yaml = ''`],
    ['a change of an answer', `update governance.approval_decisions set decision = 'approved'`],
    ['a table of its own', `create table governance.own (id int)`],
  ])("the service's role may not do it: %s", async (_, sql) => {
    await expect(box.query('governance', sql)).rejects.toThrow(/permission denied/);
  });

  test('even the owner of the schema is stopped by the triggers', async () => {
    for (const sql of [
      `update governance.audit_entries set outcome = 'x' where index = 0`,
      `delete from governance.audit_entries where index = 0`,
      `truncate governance.audit_entries`,
    ]) {
      await expect(onServer(box.migrationUrl('governance'), (client) => client.query(sql))).rejects.toThrow(/rows are only ever added/);
    }
  });

  test('an altered entry is named, whether or not its hash was altered too, and so is what is missing', async () => {
    const entries = 'governance.audit_entries';
    await tamper(`create table public.saved as select * from ${entries}`);
    const restore = [`delete from ${entries}`, `insert into ${entries} select * from public.saved`];
    const size = (await verify()).treeSize;
    const cases: [statement: string, index: number, why: RegExp][] = [
      [`update ${entries} set actor_id = 'somebody-else' where index = 5`, 5, /entry 5 was altered/],
      [`update ${entries} set reason = 'because' where index = 6`, 6, /entry 6 was altered/],
      [`update ${entries} set at = at + interval '1 hour' where index = 7`, 7, /entry 7 was altered/],
      [`update ${entries} set leaf_hash = sha256('x') where index = 8`, 8, /entry 8 was altered/],
      [`delete from ${entries} where index = 9`, 9, /entry 9 is missing/],
      [`delete from ${entries} where index between 10 and 12`, 10, /entries 10 to 12 are missing/],
      [`delete from ${entries} where index = ${size - 1}`, size - 1, /is missing/],
    ];
    for (const [statement, index, why] of cases) {
      await tamper(statement);
      const { ok, firstBad } = await verify();
      expect({ ok, index: firstBad?.index }).toEqual({ ok: false, index });
      expect(firstBad?.why).toMatch(why);
      await tamper(...restore);
    }
    expect(await verify()).toMatchObject({ ok: true, treeSize: size });
    await tamper('drop table public.saved');
  });

  test('killed in between, it writes every event once', async () => {
    const total = 80;
    const publish = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i += 1) {
        await box.publish('audit.recorded', anAuditEntry({ action: 'test.killed', subject: `killed/${i}` }), { key: `killed/${i}` });
      }
    };
    for (let kill = 0; kill < 2; kill += 1) {
      await publish(kill * 40, kill * 40 + 40);
      // Some are written, some are not: the process dies in the middle of its work.
      await service.kill('SIGKILL');
      service = await box.startService('governance');
    }
    auditor = service.http(box.keys.auditor);
    const entries = await recorded(total, 'action=test.killed');
    expect(entries).toHaveLength(total);
    expect(new Set(entries.map((entry) => entry.subject)).size).toBe(total);
    expect(await verify()).toMatchObject({ ok: true });
  }, 120_000);
});
