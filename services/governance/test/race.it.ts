import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApprovalView, AuditVerification, EventMap, NewKeyView, Page, PolicyView } from '@drawbridge/contracts';
import {
  aModelRegistered,
  eventually,
  type HttpClient,
  type RunningChild,
  type Sandbox,
  sandbox,
  type SeenEvent,
} from '@drawbridge/testing';

type Closed = SeenEvent<EventMap['approval.closed']>;

const author = { type: 'person', id: 'person-author', name: 'Author' } as const;

/** Real: governance as a process, Kafka, Postgres. */
describe('answers, expiry, publications and kills at the same moment', () => {
  let box: Sandbox;
  let service: RunningChild;
  let admin: HttpClient;
  let authorKey = '';

  beforeAll(async () => {
    box = await sandbox('race');
    await box.migrate('governance');
    service = await box.startService('governance', { DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL: '50ms' });
    admin = service.http(box.keys.admin);
    await eventually('the first keys to work', async () => (await admin.get('/api/v1/whoami')).status === 200);
    await admin.post('/api/v1/persons', { id: author.id, name: author.name, roles: ['approver'] });
    authorKey = (await admin.post<NewKeyView>('/api/v1/keys', { name: 'author', person: author.id })).body.key;
  }, 90_000);

  afterAll(() => box?.dispose());

  async function register(model: string, count: number): Promise<void> {
    for (let i = 1; i <= count; i += 1) {
      const part = { modelId: model, model, version: String(i), author, baselineRef: { uri: '/b', sha256: 'b'.repeat(64), bytes: 1 } };
      await box.publish('model.registered', aModelRegistered(part), { key: model, actor: author });
    }
  }

  async function approvals(model: string, status?: string): Promise<ApprovalView[]> {
    const filter = status === undefined ? '' : `&status=${status}`;
    return (await admin.get<Page<ApprovalView>>(`/api/v1/approvals?limit=200&model=${model}${filter}`)).body.items;
  }

  /** The closings of a model's approvals, each event once: a relay that was killed may send a row again, under the same id. */
  async function closings(model: string, count: number): Promise<Closed[]> {
    const distinct = (events: readonly Closed[]): Closed[] => [
      ...new Map(events.filter(({ data }) => data.model === model).map((event) => [event.data.id, event])).values(),
    ];
    return distinct(await box.collect('approval.closed', (events) => distinct(events).length >= count));
  }

  /** What must be true however it came to be. */
  async function expectOneOutcomeEach(model: string): Promise<void> {
    const views = await approvals(model);
    const settled = views.filter((view) => view.status !== 'pending');
    const all = await closings(model, settled.length);
    for (const view of views) {
      const statuses = all.filter(({ data }) => data.approvalId === view.id).map(({ data }) => data.status);
      expect(statuses.filter((status) => status === 'approved' || status === 'rejected').length).toBeLessThanOrEqual(1);
      expect(statuses.length).toBeLessThanOrEqual(2);
      if (statuses.length === 2) expect([statuses[0], ['voided', 'expired'].includes(statuses[1] ?? '')]).toEqual(['approved', true]);
      expect(statuses.at(-1) ?? 'pending').toBe(view.status);
      expect(view.decisions.every(({ responder }) => responder.id !== author.id)).toBe(true);
      const yes = view.decisions.filter(({ decision }) => decision === 'approved').length;
      if (statuses.includes('approved')) expect(yes).toBe(view.needed);
    }
    expect((await admin.get<AuditVerification>('/api/v1/audit/verify')).body.ok).toBe(true);
  }

  test('two approvers, the author and a publication race for the same answers', async () => {
    await register('raced', 12);
    const open = await eventually('all questions', async () => {
      const found = await approvals('raced', 'pending');
      return found.length === 12 && found;
    });
    const clients = [box.keys.approver, box.keys.approver2, authorKey].map((key) => service.http(key));
    const answers = open.flatMap(({ id }) =>
      clients.map((client, i) =>
        client.post(`/api/v1/approvals/${id}/decisions`, { decision: i === 1 ? 'rejected' : 'approved', comment: 'race' }),
      ),
    );
    const policy = (await admin.get<PolicyView>('/api/v1/policies/production')).body;
    const publication = admin.post('/api/v1/policies', { yaml: policy.yaml.replace('validFor: 7d', 'validFor: 6d') });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect((await publication).status).toBe(201);
    expect(statuses.filter((status) => ![200, 403, 409].includes(status))).toEqual([]);
    expect(statuses.filter((status) => status === 403)).toHaveLength(12);
    // Every version is asked about again under the new policy.
    await eventually('new questions', async () => {
      const fresh = (await approvals('raced')).filter(({ bindsTo }) => bindsTo.policyVersion === 'production@2');
      return fresh.length === 12;
    });
    await expectOneOutcomeEach('raced');
  }, 60_000);

  test('kill -9 while persons answer: an answer is there with its events, or not at all', async () => {
    await register('killed', 15);
    await eventually('all questions', async () => (await approvals('killed', 'pending')).length === 15);
    let failed = 0;
    for (let round = 0; round < 2; round += 1) {
      const open = await approvals('killed', 'pending');
      const approver = service.http(box.keys.approver);
      const answers = open.map(({ id }) =>
        approver.post(`/api/v1/approvals/${id}/decisions`, { decision: 'approved' }).catch(() => undefined),
      );
      await Promise.race(answers);
      await service.kill('SIGKILL');
      failed += (await Promise.all(answers)).filter((answer) => answer === undefined).length;
      service = await box.startService('governance', { DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL: '50ms' });
      admin = service.http(box.keys.admin);
    }
    expect(failed).toBeGreaterThan(0);
    const approver = service.http(box.keys.approver);
    for (const { id } of await approvals('killed', 'pending')) {
      expect((await approver.post(`/api/v1/approvals/${id}/decisions`, { decision: 'approved' })).status).toBe(200);
    }
    const decided = await box.collect(
      'approval.decided',
      (events) => new Set(ofModel(events).map(({ data }) => data.approvalId)).size === 15,
    );
    // The relay may send a row twice, under the same id.
    expect(new Set(ofModel(decided).map(({ data }) => data.id)).size).toBe(15);
    await expectOneOutcomeEach('killed');
  }, 120_000);

  test('a question that nobody answers in time expires once', async () => {
    const yaml = [
      'name: hasty',
      'environments: [hasty]',
      'approvals: {needed: 1, validFor: 1s}',
      'rules: [{id: digest, require: \'version.artifact.sha256 != ""\', why: no digest}]',
    ].join('\n');
    expect((await admin.post('/api/v1/policies', { yaml })).status).toBe(201);
    await register('late', 1);
    const expired = await eventually('it to expire', async () => (await approvals('late', 'expired'))[0]);
    expect(expired.reason).toContain('nobody settled it before');
    const answer = await service.http(box.keys.approver).post(`/api/v1/approvals/${expired.id}/decisions`, { decision: 'approved' });
    expect(answer.status).toBe(409);
    await expectOneOutcomeEach('late');
  }, 60_000);
});

function ofModel(events: readonly SeenEvent<EventMap['approval.decided']>[]): SeenEvent<EventMap['approval.decided']>[] {
  return events.filter(({ data }) => data.model === 'killed');
}
