import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createTopics, deleteTopics, type KafkajsLog } from '../src/index.js';
import { TestBroker } from './broker.js';

jest.setTimeout(90_000);

async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('consumers that kafkajs gives up', () => {
  const broker = new TestBroker();
  let log: KafkajsLog;

  beforeAll(() => {
    log = broker.client();
  });
  afterAll(() => broker.close());

  const create = (name: string): Promise<string[]> =>
    createTopics(broker.admin, [{ name: `${broker.prefix}${name}`, partitions: 1, config: {} }]);
  const remove = (name: string): Promise<void> => deleteTopics(broker.admin, [`${broker.prefix}${name}`]);

  test('a consumer of a topic that comes later is not alive until then, and needs no restart', async () => {
    const seen: string[] = [];
    const consumption = await log.consume({
      group: broker.group(),
      topics: ['later'],
      handle: async (message) => void seen.push(String(message.value)),
    });
    expect(consumption.health()).toMatchObject({ alive: false, assigned: 0 });
    await create('later');
    await log.produce([{ topic: 'later', key: null, value: 'here' }]);
    await until('the message', () => seen.length === 1);
    expect(consumption.health()).toMatchObject({ alive: true, assigned: 1 });
    await consumption.stop();
    expect(consumption.health().alive).toBe(false);
    await remove('later');
  });

  test('a topic that is deleted and created again crashes the consumer, which comes back; its id has changed', async () => {
    // A producer that knew a deleted topic fails once, then begins anew.
    const send = (value: string): Promise<void> =>
      log
        .produce([{ topic: 'again', key: null, value }])
        .catch(() => log.produce([{ topic: 'again', key: null, value }]))
        .catch(() => undefined);
    await create('again');
    const first = await log.topicId('again');
    const seen: string[] = [];
    const consumption = await log.consumeBatches({
      group: broker.group(),
      topics: ['again'],
      handle: async (batch) => {
        for (let index = 0; index < batch.count; index += 1) seen.push(String(batch.value(index)));
      },
    });
    await send('before');
    await until('the first message', () => seen.length === 1);
    await remove('again');
    await until('the end of the topic', () =>
      log.topicId('again').then(
        () => false,
        () => true,
      ),
    );
    await until('the crash', () => !consumption.health().alive);
    await create('again');
    await until('a message of the new topic', async () => {
      await send('after');
      return seen.includes('after');
    });
    expect(await log.topicId('again')).not.toBe(first);
    await consumption.stop();
    await remove('again');
  });
});
