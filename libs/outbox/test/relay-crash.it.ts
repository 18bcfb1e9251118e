import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTopics, deleteTopics, KafkajsLog, type AdminConnection, type KafkaMessage } from '@drawbridge/kafka';
import { quiet } from '@drawbridge/postgres/test-database';
import { Inbox } from '../src/index.js';
import { aliasChanged, OutboxFixture, until } from './fixture.js';

const rounds = 4;
const perRound = 12;
const program = join(import.meta.dirname, '../dist/test/relay-process.js');

function admin(): AdminConnection {
  const facts = JSON.parse(readFileSync(process.env['DRAWBRIDGE_TEST_CLUSTER'] ?? '', 'utf8')) as {
    brokers: string;
    kafkaAdmin: { username: string; password: string };
  };
  return { brokers: [facts.brokers], ...facts.kafkaAdmin };
}

describe('a relay that is killed', () => {
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  const topic = 'model.alias.changed';
  let fixture: OutboxFixture;
  let log: KafkajsLog;
  const settings = () => ({ ...admin(), clientId: 'outbox-test', topicPrefix: prefix, sessionTimeoutMs: 1500 });

  beforeAll(async () => {
    fixture = await OutboxFixture.create();
    log = new KafkajsLog(settings(), quiet);
    await createTopics(admin(), [{ name: `${prefix}${topic}`, partitions: 1, config: {} }]);
  });
  afterAll(async () => {
    await log.close();
    await fixture.close();
    await deleteTopics(admin(), [`${prefix}${topic}`]);
  });

  function relayProcess(failpoints: string): ChildProcess {
    const argument = JSON.stringify({ kafka: settings(), url: fixture.database.url('registry') });
    return spawn(process.execPath, [program, argument], { stdio: 'inherit', env: { ...process.env, DRAWBRIDGE_FAILPOINTS: failpoints } });
  }

  const ended = (child: ChildProcess): Promise<NodeJS.Signals | null> =>
    new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

  test.each([
    ['between commit and send', 'relay.before-send', false],
    ['between send and mark', 'relay.after-send', true],
  ])('%s: nothing is lost, repeats share the id, receivers agree', async (name, failpoint, repeats) => {
    const model = `killed ${name}`;
    for (let round = 0; round < rounds; round += 1) {
      await fixture.inTransaction(async (tx) => {
        for (let index = 0; index < perRound; index += 1) await fixture.outbox.append(tx, aliasChanged(model));
      });
      const child = relayProcess(failpoint);
      expect(await ended(child)).toBe('SIGKILL');
      expect(await fixture.unpublished()).toBeGreaterThanOrEqual(perRound);
    }
    const last = relayProcess('');
    await until('everything published', async () => (await fixture.unpublished()) === 0);
    last.kill('SIGTERM');
    await ended(last);

    const total = rounds * perRound;
    const seen: KafkaMessage[] = [];
    const consumption = await log.consume({ group: randomUUID(), topics: [topic], handle: async (message) => void seen.push(message) });
    const own = (): KafkaMessage[] => seen.filter((message) => message.key?.toString() === model);
    await until('all events', () => new Set(own().map((message) => message.headers['ce_id'])).size === total);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await consumption.stop();

    const bySequence = new Map<string, Set<string>>();
    for (const message of own()) {
      const sequence = message.headers['ce_sequence'] ?? '';
      bySequence.set(sequence, (bySequence.get(sequence) ?? new Set()).add(message.value?.toString() ?? ''));
    }
    // One content per sequence, no hole.
    expect([...bySequence.values()].every((contents) => contents.size === 1)).toBe(true);
    expect(bySequence.size).toBe(total);
    if (repeats) expect(own().length).toBeGreaterThan(total);
    else expect(own()).toHaveLength(total);

    const inbox = new Inbox();
    const applied: number[] = [];
    for (const message of own()) {
      const { ce_id: eventId = '', ce_source: source = '', ce_sequence: sequence } = message.headers;
      const accepted = await fixture.inTransaction((tx) =>
        inbox.accept(tx, { consumer: name, eventId, source, topic, sequence: Number(sequence) }),
      );
      if (accepted === 'new') applied.push(Number(sequence));
    }
    expect(applied).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  });
});
