import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  ApprovalView,
  AuditEntryView,
  AuditVerification,
  DecisionView,
  IncidentView,
  NewKeyView,
  Page,
  PersonView,
  PolicyView,
  Problem,
  WhoAmI,
} from '@drawbridge/contracts';
import {
  aModelCreated,
  aModelRegistered,
  eventually,
  expectAllRoutesGuarded,
  type HttpClient,
  type RunningChild,
  type Sandbox,
  sandbox,
} from '@drawbridge/testing';
import { aDeploymentRequested, aDriftDetected, aDriftResolved, aRetrainingRequested, aRollback } from './mothers.js';

const digest = 'a'.repeat(64);

/** Real: governance as a process, Kafka, Postgres. Events of the other services are sent by the test. */
describe('governance', () => {
  let box: Sandbox;
  let service: RunningChild;
  let admin: HttpClient;
  let approver: HttpClient;
  let count = 0;

  beforeAll(async () => {
    box = await sandbox('governance');
    await box.migrate('governance');
    service = await box.startService('governance', { DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL: '100ms' });
    admin = service.http(box.keys.admin);
    approver = service.http(box.keys.approver);
    await eventually('the first keys to work', async () => (await admin.get('/api/v1/whoami')).status === 200);
  }, 90_000);

  afterAll(() => box?.dispose());

  /** A version as the registry announces it; each test has a model of its own. */
  async function register(
    part: Parameters<typeof aModelRegistered>[0] = {},
    actor?: { type: 'person' | 'machine'; id: string; name: string },
  ) {
    count += 1;
    const names = { modelId: `model-${count}`, model: `model-${count}` };
    await box.publish('model.created', aModelCreated(names), { key: names.modelId });
    const registered = aModelRegistered({
      ...names,
      baselineRef: { uri: '/api/v1/baselines/b', sha256: 'b'.repeat(64), bytes: 100 },
      ...(actor === undefined ? {} : { author: actor }),
      ...part,
    });
    const author = registered.author;
    const id = await box.publish('model.registered', registered, { key: registered.modelId, actor: author });
    return { ...registered, eventId: id };
  }

  async function approvalOf(model: string, status = 'pending'): Promise<ApprovalView> {
    return eventually(`an approval of ${model} that is ${status}`, async () => {
      const page = await approver.get<Page<ApprovalView>>(`/api/v1/approvals?model=${model}&status=${status}`);
      return page.body.items[0];
    });
  }

  async function decisionOf(deployment: string): Promise<DecisionView> {
    return eventually(`a decision about ${deployment}`, async () => {
      const page = await admin.get<Page<DecisionView>>(`/api/v1/decisions?deployment=${deployment}`);
      return page.body.items[0];
    });
  }

  async function request(
    version: { modelId: string; model: string; version: string },
    deploymentId: string,
    part: object = {},
  ): Promise<DecisionView> {
    await box.publish('deployment.requested', aDeploymentRequested({ ...version, deploymentId, ...part }), { key: deploymentId });
    return decisionOf(deploymentId);
  }

  test('every route is guarded', async () => {
    const walked = await expectAllRoutesGuarded({ url: service.url, keys: box.keys, publicPaths: ['/api/v1/sessions'] });
    expect(walked).toBeGreaterThan(25);
  });

  test('nobody can lock everybody out', async () => {
    const key = await admin.delete<Problem>('/api/v1/keys/test-admin');
    expect(key).toMatchObject({ status: 409, body: { code: 'DBR-LAST-ADMIN' } });
    const roles = await admin.put<Problem>('/api/v1/persons/person-admin/roles', { roles: ['viewer'] });
    expect(roles).toMatchObject({ status: 409, body: { code: 'DBR-LAST-ADMIN' } });
    expect((await admin.get('/api/v1/keys')).status).toBe(200);
  });

  test('the policies an installation begins with are published once', async () => {
    const { body } = await admin.get<Page<PolicyView>>('/api/v1/policies');
    expect(body.items.map(({ name, version }) => `${name}@${version}`).toSorted()).toEqual(['production@1', 'staging@1']);
  });

  test('a version is asked about, approved by a second person and allowed', async () => {
    const version = await register();
    const asked = await approvalOf(version.model);
    expect(asked).toMatchObject({
      environment: 'production',
      needed: 1,
      bindsTo: { artifactSha256: digest, policyVersion: 'production@1' },
    });
    const early = await request(version, 'early');
    expect(early.verdict).toBe('needs-approval');
    const answer = await approver.post<ApprovalView>(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved', comment: 'fine' });
    expect(answer.body).toMatchObject({ status: 'approved', reason: 'approved by Test approver: fine' });
    const decision = await request(version, 'later');
    expect(decision).toMatchObject({ verdict: 'allow', approvalId: asked.id, policy: { name: 'production', version: 1 } });
    expect(decision.rules.every((rule) => rule.result === 'pass')).toBe(true);
    const closed = await box.collect('approval.closed', (events) => events.some(({ data }) => data.approvalId === asked.id));
    expect(closed.find(({ data }) => data.approvalId === asked.id)?.data.status).toBe('approved');
  });

  test('the author, a machine, and whoever answered already may not answer', async () => {
    const author = { type: 'person', id: 'person-approver', name: 'Test approver' } as const;
    const version = await register({}, author);
    const asked = await approvalOf(version.model);
    expect(asked.cannotDecide).toContain('author');
    const own = await approver.post<Problem>(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' });
    expect(own).toMatchObject({ status: 403, body: { code: 'DBR-APPROVAL-OWN-VERSION' } });
    const machine = await admin.post<NewKeyView>('/api/v1/keys', { name: 'robot', machine: 'robot', roles: ['admin'] });
    const robot = await service.http(machine.body.key).post<Problem>(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' });
    expect(robot).toMatchObject({ status: 403, body: { code: 'DBR-APPROVAL-MACHINE' } });
    const second = service.http(box.keys.approver2);
    expect((await second.post(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'abstained' })).status).toBe(200);
    expect((await second.post<Problem>(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' })).body.code).toBe(
      'DBR-APPROVAL-ANSWERED',
    );
    const refused = await eventually('the refusal in the audit log', async () => {
      const page = await admin.get<Page<AuditEntryView>>('/api/v1/audit?action=approval.decide&outcome=refused&actor=person-approver');
      return page.body.items[0];
    });
    expect(refused.reason).toContain('DBR-APPROVAL-OWN-VERSION');
  });

  test('whoever asks for a deployment cannot be the one who approves it, in whichever order they try', async () => {
    const otto = { type: 'person', id: 'person-approver', name: 'Test approver' } as const;
    const waiting = await register();
    const asked = await approvalOf(waiting.model);
    expect((await request(waiting, 'asked-first', { requestedBy: otto })).verdict).toBe('needs-approval');
    const own = await approver.post<Problem>(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' });
    expect(own).toMatchObject({ status: 403, body: { code: 'DBR-APPROVAL-OWN-DEPLOYMENT' } });
    expect((await approver.get<ApprovalView>(`/api/v1/approvals/${asked.id}`)).body.cannotDecide).toContain('deployment');
    const list = await approver.get<Page<ApprovalView>>(`/api/v1/approvals?mine=waiting&model=${waiting.model}`);
    expect(list.body.items).toEqual([]);

    const approved = await register();
    const question = await approvalOf(approved.model);
    expect((await approver.post(`/api/v1/approvals/${question.id}/decisions`, { decision: 'approved' })).status).toBe(200);
    const refused = await request(approved, 'approved-first', { requestedBy: otto });
    expect(refused.verdict).toBe('deny');
    expect(refused.rules.at(-1)).toMatchObject({ id: 'approval', result: 'fail', why: expect.stringContaining('somebody else') });
    expect((await request(approved, 'asked-by-another')).verdict).toBe('allow');
  });

  test('a version without evidence is refused with every reason, and nobody is asked', async () => {
    const version = await register({ metrics: {}, datasets: [], baselineRef: undefined });
    const decision = await request(version, 'bare');
    expect(decision.verdict).toBe('deny');
    const against = decision.rules.filter((rule) => rule.result !== 'pass');
    expect(against.map((rule) => [rule.id, rule.result])).toEqual([
      ['metrics', 'fail'],
      ['auc', 'error'],
      ['data-digest', 'fail'],
      ['baseline', 'fail'],
    ]);
    expect(against.find((rule) => rule.id === 'auc')?.missingEvidence).toEqual(['version.metrics.auc']);
    const page = await admin.get<Page<ApprovalView>>(`/api/v1/approvals?model=${version.model}`);
    expect(page.body.items).toEqual([]);
  });

  test('another artifact than the registered one is refused', async () => {
    const version = await register();
    const asked = await approvalOf(version.model);
    await approver.post(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' });
    const decision = await request(version, 'swapped', { artifactSha256: 'c'.repeat(64) });
    expect(decision.verdict).toBe('deny');
    expect(decision.rules.find((rule) => rule.id === 'artifact-binding')?.why).toContain('cccccccccccc');
  });

  test('staging asks nobody; an environment without a policy is refused', async () => {
    const version = await register({ metrics: {} });
    expect((await request(version, 'staging', { environment: 'staging' })).verdict).toBe('allow');
    const unknown = await request(version, 'moon', { environment: 'moon' });
    expect(unknown).toMatchObject({ verdict: 'deny', policy: { policyId: 'none' } });
    expect(unknown.rules[0]?.why).toContain('no policy governs the environment "moon"');
    const missing = await admin.get<Problem>('/api/v1/policies/nobody-wrote-it');
    expect(missing).toMatchObject({ status: 404, body: { code: 'DBR-POLICY-NOT-FOUND', detail: 'There is no policy "nobody-wrote-it".' } });
  });

  test("a project's own policy goes before the installation's, and one for * fills the gaps", async () => {
    const rules = 'rules: []';
    const own = await admin.post('/api/v1/policies', { project: 'team-a', yaml: `name: easy\nenvironments: [production]\n${rules}` });
    const rest = await admin.post('/api/v1/policies', {
      project: 'team-a',
      yaml: `name: rest\nenvironments: ["*"]\nmode: observe\n${rules}`,
    });
    expect([own.status, rest.status]).toEqual([201, 201]);
    const rival = await admin.post<Problem>('/api/v1/policies', {
      project: 'team-a',
      yaml: `name: rival\nenvironments: [production]\n${rules}`,
    });
    expect(rival).toMatchObject({ status: 409, body: { code: 'DBR-POLICY-ENVIRONMENT-TAKEN' } });
    const names = { modelId: 'model-team-a', model: 'model-team-a' };
    await box.publish('model.registered', aModelRegistered({ ...names, metrics: {} }), { key: names.modelId, project: 'team-a' });
    const wanted = { ...names, version: '1' };
    expect(await request(wanted, 'team-production')).toMatchObject({ verdict: 'allow', policy: { name: 'easy' } });
    expect(await request(wanted, 'team-moon', { environment: 'moon' })).toMatchObject({ verdict: 'allow', policy: { name: 'rest' } });
    const inIt = { headers: { 'x-drawbridge-project': 'team-a' } };
    const { body } = await admin.get<Page<PolicyView>>('/api/v1/policies', inIt);
    expect(body.items.map(({ project, name }) => `${project}/${name}`).toSorted()).toEqual([
      'default/production',
      'default/staging',
      'team-a/easy',
      'team-a/rest',
    ]);
    expect((await admin.get<PolicyView>('/api/v1/policies/production', inIt)).body).toMatchObject({ project: 'default' });
    expect((await admin.get('/api/v1/policies/easy')).status).toBe(404);
  });

  test('the header X-Drawbridge-Project limits every list, and a question is asked in it', async () => {
    const project = 'team-b';
    const inIt = { headers: { 'x-drawbridge-project': project } };
    const names = { modelId: 'model-team-b', model: 'model-1' };
    const baselineRef = { uri: '/api/v1/baselines/b', sha256: 'b'.repeat(64), bytes: 100 };
    await box.publish('model.registered', aModelRegistered({ ...names, baselineRef }), { key: names.modelId, project });
    await box.publish('drift.detected', aDriftDetected({ endpoint: 'team-b-shop', detectionId: 'det-team-b' }), { key: 'mon-b', project });
    const incidents = await eventually('the incident', async () => {
      const page = await admin.get<Page<IncidentView>>('/api/v1/incidents', inIt);
      return page.body.items.length > 0 ? page.body.items : undefined;
    });
    expect(incidents).toMatchObject([{ project }]);
    const approvals = await eventually('the question', async () => {
      const page = await approver.get<Page<ApprovalView>>('/api/v1/approvals?status=pending', inIt);
      return page.body.items[0] === undefined ? undefined : page.body.items;
    });
    expect(approvals).toMatchObject([{ project, model: 'model-1' }]);
    const decisions = await admin.get<Page<DecisionView>>('/api/v1/decisions', inIt);
    expect(new Set(decisions.body.items.map((decision) => decision.project))).toEqual(new Set([project]));
    const asked = await service
      .http(box.keys.operator)
      .post<ApprovalView>('/api/v1/approvals', { model: 'model-1', version: approvals[0]?.version, environment: 'production' }, inIt);
    expect(asked).toMatchObject({ status: 201, body: { project, id: approvals[0]?.id } });
  });

  test('an answer sent twice under one Idempotency-Key is one answer', async () => {
    const version = await register();
    const asked = await approvalOf(version.model);
    const send = () =>
      approver.post<ApprovalView>(
        `/api/v1/approvals/${asked.id}/decisions`,
        { decision: 'approved' },
        { headers: { 'idempotency-key': `answer-${asked.id}` } },
      );
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  test('lists are sorted, paged and filtered; what is not known is refused by name', async () => {
    const all = await admin.get<Page<DecisionView>>('/api/v1/decisions?limit=200&sort=at');
    const ids = all.body.items.map(({ id }) => id);
    const paged: string[] = [];
    let token: string | undefined;
    do {
      const page = await admin.get<Page<DecisionView>>(
        `/api/v1/decisions?limit=3&sort=at${token === undefined ? '' : `&pageToken=${token}`}`,
      );
      paged.push(...page.body.items.map(({ id }) => id));
      token = page.body.nextPageToken;
    } while (token !== undefined);
    expect(paged.slice(0, ids.length)).toEqual(ids);
    expect((await admin.get<Problem>('/api/v1/decisions?sort=colour')).body).toMatchObject({ status: 400, errors: [{ field: 'sort' }] });
    expect((await admin.get<Problem>('/api/v1/approvals?status=maybe')).body).toMatchObject({ status: 400, errors: [{ field: 'status' }] });
    const waiting = await approver.get<Page<ApprovalView>>('/api/v1/approvals?mine=waiting&limit=200');
    expect(waiting.body.items.every(({ status, cannotDecide }) => status === 'pending' && cannotDecide === undefined)).toBe(true);
  });

  test('a rejected version stays refused until somebody asks again', async () => {
    const version = await register();
    const asked = await approvalOf(version.model);
    expect((await approver.post(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'rejected' })).status).toBe(400);
    await approver.post(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'rejected', comment: 'slice missing' });
    expect((await request(version, 'rejected')).verdict).toBe('deny');
    const operator = service.http(box.keys.operator);
    const again = await operator.post<ApprovalView>('/api/v1/approvals', {
      model: version.model,
      version: version.version,
      environment: 'production',
    });
    expect(again).toMatchObject({ status: 201, body: { status: 'pending', requestedBy: { id: 'person-operator' } } });
    await approver.post(`/api/v1/approvals/${again.body.id}/decisions`, { decision: 'approved' });
    expect((await request(version, 'second-thought')).verdict).toBe('allow');
  });

  test('drift and its rollback are one incident, with the evidence as it was', async () => {
    const detection = aDriftDetected({ endpoint: 'shop', version: '2', variant: 'candidate', detectionId: 'det-1', deploymentId: 'dep-1' });
    const detected = await box.publish('drift.detected', detection, { key: 'mon-1' });
    const rollback = aRollback({ endpoint: 'shop', deploymentId: 'dep-1', from: '2', to: '1' });
    const rolled = await box.publish('deployment.rolledback', rollback, { key: 'dep-1' });
    const incident = await eventually('a mitigated incident', async () => {
      const page = await admin.get<Page<IncidentView>>('/api/v1/incidents?endpoint=shop');
      return page.body.items.find(({ status }) => status === 'mitigated');
    });
    expect(incident.causes).toEqual(
      expect.arrayContaining([
        { eventId: detected, type: 'drift.detected' },
        { eventId: rolled, type: 'deployment.rolledback' },
      ]),
    );
    expect(incident.evidence.detections).toEqual([expect.objectContaining({ id: detected, ...detection })]);
    expect(incident.evidence.rollback).toMatchObject(rollback);
    const taken = await admin.post<IncidentView>(`/api/v1/incidents/${incident.id}/acknowledge`);
    expect(taken.body).toMatchObject({ status: 'mitigated', acknowledgedBy: { id: 'person-admin' } });
    await box.publish('drift.resolved', aDriftResolved({ endpoint: 'shop', detectionId: 'det-1' }), { key: 'mon-1' });
    const resolved = await eventually('it to be resolved', async () => {
      const { body } = await admin.get<IncidentView>(`/api/v1/incidents/${incident.id}`);
      return body.status === 'resolved' && body;
    });
    expect(resolved.timeline.map(({ type }) => type).toSorted()).toEqual([
      'deployment.rolledback',
      'drift.detected',
      'drift.resolved',
      'incident.acknowledged',
    ]);
    const page = await admin.get<Page<IncidentView>>('/api/v1/incidents?endpoint=shop');
    expect(page.body.items).toHaveLength(1);
  });

  test('drift of both arms and the retraining it led to are one incident', async () => {
    await box.publish('drift.detected', aDriftDetected({ endpoint: 'market', version: '3', detectionId: 'det-a' }), { key: 'mon-a' });
    await box.publish('drift.detected', aDriftDetected({ endpoint: 'market', version: '4', variant: 'candidate', detectionId: 'det-b' }), {
      key: 'mon-b',
    });
    await box.publish('retraining.requested', aRetrainingRequested({ endpoint: 'market' }), { key: 'model-x' });
    const incident = await eventually('one incident with all three', async () => {
      const page = await admin.get<Page<IncidentView>>('/api/v1/incidents?endpoint=market');
      return page.body.items.length === 1 && page.body.items[0]?.causes.length === 3 && page.body.items[0];
    });
    expect(incident).toMatchObject({ status: 'open', title: 'credit-risk on market needs retraining' });
    const closed = await admin.post<IncidentView>(`/api/v1/incidents/${incident.id}/resolve`, { reason: 'retrained' });
    expect(closed.body.status).toBe('resolved');
    expect((await admin.post<Problem>(`/api/v1/incidents/${incident.id}/resolve`, { reason: 'twice' })).status).toBe(409);
  });

  test('a login link opens one session, which ends', async () => {
    const person = await admin.post<PersonView>('/api/v1/persons', { id: 'mia', name: 'Mia', roles: ['viewer'] });
    expect(person.status).toBe(201);
    const link = await admin.post<{ token: string }>('/api/v1/login-links', { person: 'mia' });
    const anybody = service.http();
    const session = await anybody.post<NewKeyView>('/api/v1/sessions', { token: link.body.token });
    expect(session).toMatchObject({ status: 201, body: { principal: { kind: 'person', id: 'mia' }, roles: ['viewer'] } });
    expect(await anybody.post<Problem>('/api/v1/sessions', { token: link.body.token })).toMatchObject({
      status: 401,
      body: { code: 'DBR-LOGIN-REFUSED' },
    });
    const mia = service.http(session.body.key);
    expect((await mia.get<WhoAmI>('/api/v1/whoami')).body.principal.name).toBe('Mia');
    expect((await mia.get('/api/v1/audit')).status).toBe(403);
    expect((await admin.put('/api/v1/persons/mia/roles', { roles: ['auditor'] })).status).toBe(200);
    await eventually('the new role to arrive', async () => (await mia.get('/api/v1/audit')).status === 200);
    expect((await mia.delete('/api/v1/sessions/current')).status).toBe(204);
    await eventually('the session to be over', async () => (await mia.get('/api/v1/whoami')).status === 401);
  });

  test('a key expires, is revoked with its sessions, and is shown once', async () => {
    const made = await admin.post<NewKeyView>('/api/v1/keys', { name: 'short', machine: 'probe', roles: ['viewer'], expiresInSeconds: 1 });
    expect(made.body.key).toMatch(/^db_/);
    expect((await service.http(made.body.key).get('/api/v1/whoami')).status).toBe(200);
    const expired = await eventually('it to expire', async () => {
      const answer = await service.http(made.body.key).get<Problem>('/api/v1/whoami');
      return answer.status === 401 && answer;
    });
    expect(expired.body.code).toBe('DBR-AUTH-EXPIRED');
    const longer = await admin.post<NewKeyView>('/api/v1/keys', { name: 'longer', machine: 'probe', roles: ['viewer'] });
    const session = await service.http().post<NewKeyView>('/api/v1/sessions', { key: longer.body.key });
    expect((await service.http(session.body.key).get('/api/v1/whoami')).status).toBe(200);
    expect((await admin.delete(`/api/v1/keys/${longer.body.keyId}`)).status).toBe(204);
    await eventually('both to be refused', async () => (await service.http(session.body.key).get('/api/v1/whoami')).status === 401);
    const { body } = await admin.get<Page<object>>('/api/v1/keys?principal=probe');
    expect(JSON.stringify(body)).not.toContain('db_');
  });

  test('a policy with mistakes is refused by rule, and lint says the same', async () => {
    const yaml = 'name: broken\nenvironments: [lab]\nrules:\n  - id: typo\n    require: version.artefact.sha256 != ""\n    why: no\n';
    const answer = await admin.post<Problem>('/api/v1/policies', { yaml });
    expect(answer).toMatchObject({ status: 422, body: { code: 'DBR-POLICY-INVALID', errors: [{ field: 'rule typo: require' }] } });
    const lint = await admin.post<{ ok: boolean; findings: unknown[] }>('/api/v1/policies/lint', { yaml });
    expect(lint.body).toMatchObject({ ok: false, findings: [{ field: 'rule typo: require' }] });
  });

  test('a new version of the policy voids what was bound to the old one and asks again', async () => {
    const version = await register();
    const asked = await approvalOf(version.model);
    await approver.post(`/api/v1/approvals/${asked.id}/decisions`, { decision: 'approved' });
    const { body: old } = await admin.get<PolicyView>('/api/v1/policies/production');
    const published = await admin.post<PolicyView>('/api/v1/policies', { yaml: old.yaml.replace('validFor: 7d', 'validFor: 3d') });
    expect(published).toMatchObject({ status: 201, body: { version: 2 } });
    expect((await admin.post<PolicyView>('/api/v1/policies', { yaml: published.body.yaml })).status).toBe(200);
    const voided = await approvalOf(version.model, 'voided');
    expect(voided).toMatchObject({ id: asked.id, reason: 'policy production@2 was published' });
    const again = await approvalOf(version.model);
    expect(again.bindsTo.policyVersion).toBe('production@2');
    expect((await request(version, 'voided')).verdict).toBe('needs-approval');
  });

  test('what cannot be read goes to the dead letters, and the line moves on', async () => {
    await box.publishRaw('drift.detected', 'mon-bad', '{broken');
    await box.publish('drift.detected', aDriftDetected({ endpoint: 'after-poison', detectionId: 'det-p' }), { key: 'mon-p' });
    await eventually('the event after it', async () => {
      const page = await admin.get<Page<IncidentView>>('/api/v1/incidents?endpoint=after-poison');
      return page.body.items.length === 1;
    });
    const dead = await box.collect('governance.dlq', (events) => events.length > 0);
    expect(dead[0]?.headers['db-dlq-topic']).toContain('drift.detected');
  });

  test('the log of all this verifies', async () => {
    const { body } = await admin.get<AuditVerification>('/api/v1/audit/verify');
    expect(body).toMatchObject({ ok: true, checked: body.treeSize });
    expect(body.treeSize).toBeGreaterThan(30);
  });
});
