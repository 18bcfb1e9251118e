import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KafkaMessage, OutgoingMessage } from '@drawbridge/kafka';
import { decodeEvent, Inbox } from '../src/index.js';
import { aliasChanged, OutboxFixture, RecordingLog, until } from './fixture.js';

function asReceived(message: OutgoingMessage): KafkaMessage {
  const bytes = (value: Buffer | string | null): Buffer | null => (value === null ? null : Buffer.from(value));
  return {
    ...message,
    key: bytes(message.key),
    value: bytes(message.value),
    headers: message.headers ?? {},
    partition: 0,
    offset: 7n,
    timestamp: Date.now(),
  };
}

describe('outbox', () => {
  let fixture: OutboxFixture;
  let log: RecordingLog;

  beforeAll(async () => {
    fixture = await OutboxFixture.create();
    log = new RecordingLog();
    await fixture.relay(log).start();
  });
  afterAll(() => fixture.close());

  test('an event leaves as a CloudEvent whose value stands alone', async () => {
    const cause = {
      id: '0192f0c4-0000-7000-8000-000000000001',
      chainId: 'chain',
      originTraceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    const time = new Date('2026-01-02T03:04:05.678Z');
    const { id, sequence } = await fixture.inTransaction((tx) =>
      fixture.outbox.append(tx, aliasChanged('m/1', { cause, time, project: 'credit' })),
    );
    await until('the event', () => log.sent.some((message) => message.key === 'm/1'));
    const message = log.sent.find((candidate) => candidate.key === 'm/1') as OutgoingMessage;
    expect(sequence).toBe(1);
    expect(message.headers).toEqual({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: '/drawbridge/main/registry/models/m%2F1',
      ce_type: 'io.drawbridge.model.alias.changed.v1',
      ce_subject: 'projects/credit/models/m%2F1',
      ce_time: '2026-01-02T03:04:05.678Z',
      ce_dataschema: '/schemas/model.alias.changed/1.json',
      ce_partitionkey: 'm/1',
      ce_sequence: '0000000001',
      ce_sequencetype: 'Integer',
      ce_authtype: 'user',
      ce_authid: 'ada',
      ce_chainid: 'chain',
      ce_causeid: cause.id,
      ce_project: 'credit',
      ce_traceparent: cause.originTraceparent,
    });
    const decoded = decodeEvent(asReceived(message));
    expect(decoded).toMatchObject({
      ok: true,
      event: { id, sequence: 1, project: 'credit', chainId: 'chain', causeId: cause.id, time, key: 'm/1' },
    });
    expect(JSON.parse(String(message.value))).toMatchObject({
      id,
      type: 'model.alias.changed',
      source: message.headers?.['ce_source'],
      sequence: 1,
      alias: 'champion',
    });
  });

  test('what breaks the contract is refused, and the transaction with it', async () => {
    const wrong = aliasChanged('bad', { data: { modelId: 7 } as never });
    await expect(fixture.inTransaction((tx) => fixture.outbox.append(tx, wrong))).rejects.toMatchObject({ code: 'DBR-EVENT-CONTRACT' });
    const large = aliasChanged('bad', { data: { ...aliasChanged('bad').data, reason: 'x'.repeat(300_000) } });
    await expect(fixture.inTransaction((tx) => fixture.outbox.append(tx, large))).rejects.toThrow('at most 262144 are allowed');
    expect(await fixture.append('bad')).toMatchObject({ sequence: 1 });
  });

  test('many events at once leave in the order given, each with the next number of its aggregate', async () => {
    await fixture.append('m2');
    const events = ['m1', 'm2', 'm1', 'm3', 'm2'].map((model, index) =>
      aliasChanged(model, { data: { ...aliasChanged(model).data, reason: `no ${index}` } }),
    );
    await fixture.inTransaction((tx) => fixture.outbox.appendAll(tx, events));
    expect(await fixture.append('m2')).toMatchObject({ sequence: 4 });
    const sent = () => log.sent.filter(({ key }) => ['m1', 'm2', 'm3'].includes(String(key)));
    await until('the events', () => sent().length === 7);
    expect(sent().map(({ key, headers }) => `${String(key)} ${Number(headers?.['ce_sequence'])}`)).toEqual([
      'm2 1',
      'm1 1',
      'm2 2',
      'm1 2',
      'm3 1',
      'm2 3',
      'm2 4',
    ]);
    expect(
      sent()
        .slice(1, 6)
        .map(({ value }) => (JSON.parse(String(value)) as { reason: string }).reason),
    ).toEqual(Array.from({ length: 5 }, (_, index) => `no ${index}`));
    const broken = [aliasChanged('m1'), aliasChanged('m1', { data: { modelId: 7 } as never })];
    await expect(fixture.inTransaction((tx) => fixture.outbox.appendAll(tx, broken))).rejects.toMatchObject({ code: 'DBR-EVENT-CONTRACT' });
    await fixture.inTransaction((tx) => fixture.outbox.appendAll(tx, []));
    expect(await fixture.append('m1')).toMatchObject({ sequence: 3 });
  });

  test('a rolled back transaction leaves neither a row nor a hole', async () => {
    await fixture.append('hole');
    const failing = fixture.inTransaction(async (tx) => {
      await fixture.outbox.append(tx, aliasChanged('hole'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await fixture.append('hole')).toMatchObject({ sequence: 2 });
  });

  test('a commit is published at once, without waiting for the next look', async () => {
    const own = await OutboxFixture.create();
    const quick = new RecordingLog();
    await own.relay(quick, { pollMs: 60_000, outbox: own.outbox }).start();
    await until('the relay', () => own.append('warm').then(() => quick.sent.length > 0));
    const begun = performance.now();
    await own.append('quick');
    await until('the event', () => quick.sent.some((message) => message.key === 'quick'), 2000);
    expect(performance.now() - begun).toBeLessThan(500);
    await own.close();
  });

  test('writers in parallel: nothing lost, every aggregate in order, a long transaction elsewhere does not matter', async () => {
    const idle = fixture.source.createQueryRunner();
    await idle.startTransaction();
    await idle.query(`insert into inbox (consumer, event_id) values ('idle', 'idle')`);
    const models = ['p0', 'p1', 'p2', 'p3', 'p4'];
    const writer = async (number: number): Promise<void> => {
      for (let index = 0; index < 25; index += 1) {
        await fixture.inTransaction(async (tx) => {
          // A transaction id before the aggregate's lock is what breaks relays that order by transaction.
          if (number % 2 === 0) await tx.query(`insert into inbox (consumer, event_id) values ('w', '${number}-${index}')`);
          await fixture.outbox.append(tx, aliasChanged(models[(number + index) % 5] ?? 'p0'));
        });
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
    await until('two hundred events', () => models.reduce((sum, model) => sum + log.sequences(model).length, 0) >= 200);
    for (const model of models) expect(log.sequences(model)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    await idle.rollbackTransaction();
    await idle.release();
  });

  test('a broker that is away delays events and keeps their order', async () => {
    log.failures = 3;
    for (let index = 0; index < 5; index += 1) await fixture.append('away');
    await until('five events', () => log.sequences('away').length === 5);
    expect(log.sequences('away')).toEqual([1, 2, 3, 4, 5]);
    await until('the marks', async () => (await fixture.unpublished()) === 0);
  });

  test('a state document carries the sequence of the event before it; a tombstone removes it', async () => {
    const state = (modelId: string) =>
      fixture.inTransaction((tx) =>
        fixture.outbox.append(tx, {
          topic: 'access.state',
          aggregateType: 'keys',
          aggregateId: modelId,
          actor: { type: 'system', id: 'governance' },
          data: { keyId: modelId, sha256: 'a'.repeat(64), principal: { kind: 'person', id: 'p', name: 'P' }, roles: ['viewer'] },
        }),
      );
    expect((await state('k1')).sequence).toBe(1);
    expect((await state('k1')).sequence).toBe(2);
    await fixture.inTransaction(async (tx) => {
      await fixture.outbox.append(tx, aliasChanged('k2', { aggregateType: 'keys' }));
      await fixture.outbox.append(tx, aliasChanged('k2', { aggregateType: 'keys' }));
    });
    expect((await state('k2')).sequence).toBe(2);
    expect((await state('k2')).sequence).toBe(2);
    await fixture.inTransaction((tx) => fixture.outbox.tombstone(tx, { topic: 'access.state', aggregateType: 'keys', aggregateId: 'k2' }));
    await until('the tombstone', () => log.sent.some((message) => message.key === 'k2' && message.value === null));
  });

  test('a dead letter is one row for people and one for its topic, once per record', async () => {
    const value = Buffer.concat([Buffer.from([0, 255, 128]), Buffer.alloc(300_000, 'x')]);
    const message: KafkaMessage = {
      topic: 'prediction.logged',
      partition: 2,
      offset: 41n,
      timestamp: 5,
      key: Buffer.from([254, 1]),
      value,
      headers: { ce_id: 'e1', nul: 'a\u0000b' },
    };
    const input = {
      group: 'monitoring.intake' as const,
      message,
      reason: 'not JSON',
      error: new TypeError('postgres://u:secret@h/d'),
      attempts: 3,
    };
    for (let index = 0; index < 2; index += 1) await fixture.inTransaction((tx) => fixture.outbox.deadLetter(tx, input));
    await until('the dead letter', () => log.sent.some((sent) => sent.topic === 'monitoring.intake.dlq'));
    await until('the marks', async () => (await fixture.unpublished()) === 0);
    const [letter, ...more] = log.sent.filter((sent) => sent.topic === 'monitoring.intake.dlq');
    expect(more).toEqual([]);
    expect(letter?.key).toEqual(Buffer.from([254, 1]));
    expect(letter?.value).toEqual(value.subarray(0, 262_144));
    expect(letter?.headers).toMatchObject({
      ce_id: 'e1',
      'db-dlq-topic': 'prediction.logged',
      'db-dlq-partition': '2',
      'db-dlq-offset': '41',
      'db-dlq-group': 'monitoring.intake',
      'db-dlq-reason': 'not JSON',
      'db-dlq-error-class': 'TypeError',
      'db-dlq-error': 'postgres://u:[redacted]@h/d',
      'db-dlq-attempts': '3',
      'db-dlq-event-id': 'e1',
      'db-dlq-bytes': '300003',
      'db-dlq-truncated': 'true',
      '__connect.errors.topic': 'prediction.logged',
      '__connect.errors.offset': '41',
      '__connect.errors.exception.class.name': 'TypeError',
    });
    const rows = await fixture.source.query(
      'select consumer_group, record_offset, bytes, sha256, attempts, status, headers, octet_length(payload) as kept from dead_letters',
    );
    expect(rows).toEqual([
      expect.objectContaining({
        consumer_group: 'monitoring.intake',
        record_offset: '41',
        bytes: 300_003,
        attempts: 3,
        status: 'open',
        kept: 262_144,
        headers: { ce_id: 'e1', nul: 'a\uFFFDb' },
      }),
    ]);
    expect(rows[0].sha256).toBe(letter?.headers?.['db-dlq-sha256']);
  });

  test('the inbox lets an event in once, and never an older one of its source and topic', async () => {
    const inbox = new Inbox();
    const accept = (eventId: string, topic: string, sequence?: number) =>
      fixture.inTransaction((tx) => inbox.accept(tx, { consumer: 'governance', eventId, source: '/s', topic, sequence }));
    expect(await accept('1', 'model.created', 1)).toBe('new');
    expect(await accept('1', 'model.created', 1)).toBe('duplicate');
    expect(await accept('3', 'model.alias.changed', 3)).toBe('new');
    expect(await accept('2', 'model.registered', 2)).toBe('new');
    expect(await accept('0', 'model.alias.changed', 3)).toBe('stale');
    expect(await accept('4', 'model.alias.changed', 4)).toBe('new');
    expect(await accept('d1', 'model.state', 4)).toBe('new');
    expect(await accept('d2', 'model.state', 4)).toBe('new');
    expect(await accept('d0', 'model.state', 3)).toBe('stale');
    expect(await accept('x', 'audit.recorded')).toBe('new');
  });

  test('an event whose transaction failed is new again', async () => {
    const inbox = new Inbox();
    const delivery = { consumer: 'governance', eventId: 'again', source: '/again', topic: 'model.created', sequence: 1 };
    await fixture
      .inTransaction(async (tx) => {
        await inbox.accept(tx, delivery);
        throw new Error('handler failed');
      })
      .catch(() => undefined);
    expect(await fixture.inTransaction((tx) => inbox.accept(tx, delivery))).toBe('new');
  });
});
