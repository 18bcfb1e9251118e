import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Inbox } from '../src/index.js';
import { OutboxFixture, RecordingLog, until } from './fixture.js';

describe('relays of one service', () => {
  let fixture: OutboxFixture;
  let log: RecordingLog;

  beforeEach(async () => {
    fixture = await OutboxFixture.create();
    log = new RecordingLog();
  });
  afterEach(() => fixture.close());

  test('one publishes, the other takes over when the first ends', async () => {
    const relays = [fixture.relay(log), fixture.relay(log)];
    await Promise.all(relays.map((relay) => relay.start()));
    await until('one active relay', () => relays.filter((relay) => relay.health().active).length === 1);
    for (let index = 0; index < 20; index += 1) await fixture.append('m');
    await until('twenty events', () => log.sent.length >= 20);
    expect(log.sequences('m')).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const [first, second] = relays[0]?.health().active === true ? relays : relays.toReversed();
    await first?.stop();
    await until('the other relay', () => second?.health().active === true);
    await fixture.append('m');
    await until('the next event', () => log.sequences('m').at(-1) === 21);
    expect(log.sequences('m')).toHaveLength(21);
  });

  test('a relay that lost its lock in the middle of a send repeats, and a receiver sees every event once and in order', async () => {
    const slow = new RecordingLog();
    const zombie = fixture.relay(slow);
    await zombie.start();
    await until('the first relay', () => zombie.health().active);
    const release = slow.hold();
    for (let index = 0; index < 10; index += 1) await fixture.append('m');
    await until('rows in the zombie’s hands', () => zombie.health().lag > 0);

    const successor = fixture.relay(log);
    await successor.start();
    expect(await fixture.database.terminate('registry relay')).toBeGreaterThan(0);
    await until('the successor', () => successor.health().active);
    for (let index = 0; index < 5; index += 1) await fixture.append('m');
    await until('all events', () => log.sequences('m').at(-1) === 15);
    release();
    await until('the zombie’s late send', () => slow.sent.length > 0);

    // The worst order for a receiver: everything of the successor, then the zombie's old rows.
    const inbox = new Inbox();
    const applied: number[] = [];
    for (const message of [...log.sent, ...slow.sent]) {
      const { ce_id: eventId = '', ce_source: source = '', ce_sequence: sequence } = message.headers ?? {};
      const accepted = await fixture.inTransaction((tx) =>
        inbox.accept(tx, { consumer: 'g', eventId, source, topic: message.topic, sequence: Number(sequence) }),
      );
      if (accepted === 'new') applied.push(Number(sequence));
    }
    expect(applied).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(slow.sent.length).toBeGreaterThan(0);
  });

  test('connections that die again and again lose nothing', async () => {
    const relays = [fixture.relay(log), fixture.relay(log)];
    await Promise.all(relays.map((relay) => relay.start()));
    for (let round = 0; round < 8; round += 1) {
      for (let index = 0; index < 10; index += 1) await fixture.append(`m${index % 3}`);
      await fixture.database.terminate('registry relay');
    }
    await until('everything published', async () => (await fixture.unpublished()) === 0);
    const counts = { m0: 32, m1: 24, m2: 24 };
    for (const [model, count] of Object.entries(counts)) {
      const firstSeen = [...new Set(log.sequences(model))];
      expect(firstSeen).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }
  });

  test('lag and age are told, and a backlog drains in batches', async () => {
    log.failures = 1_000_000;
    const relay = fixture.relay(log, { batchRows: 20 });
    for (let index = 0; index < 50; index += 1) await fixture.append('m');
    await relay.start();
    await until('the lag', () => relay.health().lag === 50);
    expect(relay.health().oldestUnpublishedMs).toBeGreaterThan(0);
    log.failures = 0;
    await until('the end of the lag', () => relay.health().lag === 0 && log.sent.length === 50);
    expect(log.sequences('m')).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    await until('no age', () => relay.health().oldestUnpublishedMs === 0);
  });

  test('old rows go, young ones and unpublished ones stay', async () => {
    for (let index = 0; index < 3; index += 1) await fixture.append('m');
    await fixture.source.query(
      `update outbox set created_at = now() - interval '200 days', published_at = case sequence when 1 then now() - interval '91 days' when 2 then now() - interval '89 days' end`,
    );
    await fixture.source.query(
      `insert into inbox (consumer, event_id, at) values ('g', 'old', now() - interval '101 days'), ('g', 'young', now() - interval '99 days')`,
    );
    log.failures = 1_000_000;
    const relay = fixture.relay(log);
    await relay.start();
    log.failures = 0;
    await until('the cleaning', async () => {
      const rows: { event_id: string }[] = await fixture.source.query('select event_id from inbox');
      return rows.length === 1 && rows[0]?.event_id === 'young';
    });
    const kept: { sequence: string }[] = await fixture.source.query('select sequence from outbox order by seq');
    expect(kept.map((row) => row.sequence)).toEqual(['2', '3']);
  });
});
