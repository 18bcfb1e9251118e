import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeadLetterView, Page } from '@drawbridge/contracts';
import { aModelRegistered, anEvent, eventually, http, type HttpClient, sleep } from '@drawbridge/testing';
import type { RunningService } from '../src/index.js';
import { type Harness, harness } from './harness.js';
import { Behaviour } from './tiny-service.js';

let h: Harness;
let service: RunningService;
let operator: HttpClient;
let behaviour: Behaviour;

beforeAll(async () => {
  h = await harness('service-events');
  service = await h.start({ laterMs: 1500 });
  operator = http(service.url, h.box.keys.operator);
  behaviour = service.app.get(Behaviour);
}, 120_000);

afterAll(async () => {
  await h?.stop();
});

const source = (name: string): string => `/drawbridge/test/registry/models/${name}`;

async function handled(eventId: string): Promise<string[]> {
  const rows = await h.box.query<{ topic: string }>('deployment', 'select topic from handled where event_id = $1 order by at', [eventId]);
  return rows.map((row) => row.topic);
}

async function deadLetters(query = ''): Promise<DeadLetterView[]> {
  return (await operator.get<Page<DeadLetterView>>(`/api/v1/dead-letters?limit=200&${query}`)).body.items;
}

describe('the event transport', () => {
  test('runs all handlers of an event and announces what follows, in one transaction', async () => {
    const id = await h.box.publish('model.registered', aModelRegistered({ model: 'good' }), {
      key: 'good',
      source: source('good'),
      sequence: 1,
    });
    const [event] = await h.box.collect('retraining.requested', (events) => events.some(({ data }) => data.model === 'good'));
    expect(event?.headers['ce_causeid']).toBe(id);
    expect(await handled(id)).toEqual(['model.registered', 'second']);
  });

  test('handles a repeated event once, and an older one not at all', async () => {
    const second = anEvent('model.registered', aModelRegistered({ model: 'twice' }), {
      key: 'twice',
      source: source('twice'),
      sequence: 2,
    });
    const older = anEvent('model.registered', aModelRegistered({ model: 'twice' }), { key: 'twice', source: source('twice'), sequence: 1 });
    const last = anEvent('model.registered', aModelRegistered({ model: 'twice' }), { key: 'twice', source: source('twice'), sequence: 3 });
    await h.box.eventLog().produce([second, second, older, last]);
    await eventually('the last event', async () => (await handled(last.id)).length > 0);
    expect(await handled(second.id)).toEqual(['model.registered', 'second']);
    expect(await handled(older.id)).toEqual([]);
  });

  test('a replayed history is not for live consumers', async () => {
    const id = await h.box.publish('model.registered', aModelRegistered({ model: 'history' }), {
      key: 'history',
      headers: { ce_replayid: 'replay-1' },
    });
    const marker = await h.box.publish('model.registered', aModelRegistered({ model: 'marker' }), { key: 'history' });
    await eventually('the marker', async () => (await handled(marker)).length > 0);
    expect(await handled(id)).toEqual([]);
  });

  test('what a handler drops is done with', async () => {
    const id = await h.box.publish('model.registered', aModelRegistered({ model: 'drop' }), { key: 'drop' });
    await eventually('the drop', async () => (await handled(id)).length > 0);
    expect((await deadLetters()).filter((letter) => letter.eventId === id)).toEqual([]);
  });

  test('every poison goes to the dead letters once, with its reason, and the partition moves on', async () => {
    const log = h.box.eventLog();
    const good = anEvent('model.registered', aModelRegistered({ model: 'after-poison' }), { key: 'p' });
    const typeError = anEvent('model.registered', aModelRegistered({ model: 'type-error' }), { key: 'p' });
    const refused = anEvent('model.registered', aModelRegistered({ model: 'dead' }), { key: 'p' });
    const shapeless = anEvent('model.registered', { nothing: true } as never, { key: 'p' });
    const foreign = anEvent('model.registered', aModelRegistered(), { key: 'p', headers: { ce_type: 'io.elsewhere.thing.v1' } });
    await log.produce([
      { topic: 'model.registered', key: 'p', value: '{broken' },
      { topic: 'model.registered', key: 'p', value: null },
      shapeless,
      foreign,
      typeError,
      refused,
      good,
    ]);
    await eventually('the good one behind them', async () => (await handled(good.id)).length > 0);
    const letters = await h.box.collect('deployment.dlq', (events) => events.length >= 6);
    const reasons = letters.map((letter) => letter.headers['db-dlq-reason'] ?? '');
    expect(reasons).toEqual([
      expect.stringMatching(/not JSON/),
      expect.stringMatching(/no value/),
      expect.stringMatching(/modelId/),
      expect.stringMatching(/io\.elsewhere\.thing\.v1/),
      expect.stringMatching(/TypeError/),
      'no such thing',
    ]);
    // Nothing of the failed handlers stayed.
    expect(await handled(typeError.id)).toEqual([]);
    expect(await handled(refused.id)).toEqual([]);
    expect(letters[0]).toMatchObject({ key: 'p', data: '{broken' });
  });

  test('an event that must wait holds up its partition only, and is handled in the end', async () => {
    behaviour.laterUntil = Date.now() + 800;
    const waiting = await h.box.publish('model.registered', aModelRegistered({ model: 'later' }), { key: 'later' });
    const approval = await h.box.publish(
      'approval.closed',
      {
        modelId: 'm',
        model: 'm',
        version: '1',
        approvalId: 'a',
        environment: 'production',
        status: 'approved',
        reason: 'fine',
        bindsTo: { artifactSha256: 'a'.repeat(64), policyVersion: '1', environment: 'production', evidenceIds: [] },
        expiresAt: '2030-01-01T00:00:00.000Z',
      },
      { key: 'm' },
    );
    await eventually('the other topic', async () => (await handled(approval)).length > 0, 5000);
    expect(await handled(waiting)).toEqual([]);
    await eventually('the waiting one', async () => (await handled(waiting)).length > 0, 10_000);
  });

  test('what never becomes possible is a dead letter in the end', async () => {
    const id = await h.box.publish('model.registered', aModelRegistered({ model: 'never' }), { key: 'never' });
    const letter = await eventually('the dead letter', async () => (await deadLetters()).find((found) => found.eventId === id), 15_000);
    expect(letter.reason).toMatch(/it will never come \(waited \d+ s\)/);
  });

  test('a dead letter is replayed in place under its own id, and the decision is audited', async () => {
    behaviour.broken = true;
    const id = await h.box.publish('model.registered', aModelRegistered({ model: 'fixable' }), {
      key: 'fixable',
      source: source('fixable'),
      sequence: 1,
    });
    const letter = await eventually('the dead letter', async () =>
      (await deadLetters('status=open')).find((found) => found.eventId === id),
    );
    expect(await operator.post(`/api/v1/dead-letters/${letter.id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'DBR-DEADLETTER-STILL-DEAD' },
    });
    behaviour.broken = false;
    // Later events of the source may have been handled meanwhile.
    const next = await h.box.publish('model.registered', aModelRegistered({ model: 'fixable' }), {
      key: 'fixable',
      source: source('fixable'),
      sequence: 2,
    });
    await eventually('the next event', async () => (await handled(next)).length > 0);
    const viewer = http(service.url, h.box.keys.viewer);
    expect((await viewer.post(`/api/v1/dead-letters/${letter.id}/replay`)).status).toBe(403);
    expect(await operator.post(`/api/v1/dead-letters/${letter.id}/replay`)).toMatchObject({ status: 200, body: { status: 'replayed' } });
    expect(await handled(id)).toEqual(['model.registered', 'second']);
    expect((await operator.post(`/api/v1/dead-letters/${letter.id}/replay`)).status).toBe(409);
    const audit = await h.box.collect('audit.recorded', (events) => events.length > 0);
    expect(audit[0]?.data).toMatchObject({
      action: 'deadletter.replayed',
      subject: `dead-letters/${letter.id}`,
      actor: { id: 'person-operator' },
    });
  });

  test('what a message of a closed topic holds is shown to an auditor and withheld from a viewer', async () => {
    const id = '0190a000-0000-7000-8000-000000000001';
    await h.box.query(
      'deployment',
      `insert into dead_letters (id, consumer_group, topic, partition, record_offset, reason, error, status, attempts, first_seen, key, payload, headers, bytes, sha256)
       values ($1, 'deployment', 'audit.recorded', 0, 0, 'TypeError: of the secret', 'of the secret', 'open', 1, now(), 'the secret', 'the secret', '{}', 10, '')`,
      [id],
    );
    for (const role of ['viewer', 'operator', 'auditor', 'admin'] as const) {
      const caller = http(service.url, h.box.keys[role]);
      const shown = (await caller.get<DeadLetterView>(`/api/v1/dead-letters/${id}`)).body;
      const listed = (await caller.get<Page<DeadLetterView>>('/api/v1/dead-letters?topic=audit.recorded')).body.items;
      expect(listed).toEqual([shown]);
      expect(shown).toMatchObject({ id, topic: 'audit.recorded', bytes: 10 });
      if (role === 'auditor' || role === 'admin')
        expect(shown).toMatchObject({ key: 'the secret', payload: 'the secret', error: 'of the secret' });
      else {
        expect(shown).toMatchObject({ withheld: true, reason: 'TypeError', payload: '' });
        expect(JSON.stringify(shown)).not.toContain('secret');
      }
    }
    const discarded = await operator.post<DeadLetterView>(`/api/v1/dead-letters/${id}/discard`, { reason: 'a test made it' });
    expect(discarded.body).toMatchObject({ status: 'discarded', withheld: true });
    expect(JSON.stringify(discarded.body)).not.toContain('secret');
  });

  test('the list of announced events holds no dead letters', async () => {
    const found = (await operator.get<Page<{ topic: string }>>('/api/v1/outbox/events?limit=200')).body.items;
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ topic }) => topic.endsWith('.dlq') || topic === 'audit.recorded')).toEqual([]);
  });

  test('a dead letter is discarded with a reason', async () => {
    const [letter] = await deadLetters('status=open&topic=model.registered');
    expect((await operator.post(`/api/v1/dead-letters/${letter?.id}/discard`, {})).status).toBe(400);
    const discarded = await operator.post(`/api/v1/dead-letters/${letter?.id}/discard`, { reason: 'a test sent it' });
    expect(discarded).toMatchObject({ status: 200, body: { status: 'discarded' } });
    expect((await operator.get(`/api/v1/dead-letters/${letter?.id}`)).body).toMatchObject({ status: 'discarded' });
    expect((await operator.get('/api/v1/dead-letters/00000000-0000-7000-8000-000000000000')).status).toBe(404);
  });

  test('events of one key keep their order', async () => {
    const events = Array.from({ length: 200 }, (_, i) =>
      anEvent('model.registered', aModelRegistered({ model: 'ordered' }), { key: 'ordered', source: source('ordered'), sequence: i + 1 }),
    );
    await h.box.eventLog().produce(events);
    await eventually('the last one', async () => (await handled(events.at(-1)?.id ?? '')).length > 0, 30_000);
    const rows = await h.box.query<{ sequence: string }>(
      'deployment',
      `select sequence from handled where event_id = any($1) and topic = 'model.registered' order by at`,
      [events.map((event) => event.id)],
    );
    expect(rows.map((row) => Number(row.sequence))).toEqual(events.map((_, i) => i + 1));
    await sleep(0);
  });
});
