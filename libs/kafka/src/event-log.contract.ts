import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batchContract } from './contract-batches.js';
import { messageContract } from './contract-messages.js';
import { type ContractSubject, numbered, text, until } from './contract-support.js';
import type { EventLog } from './event-log.js';

export type { ContractSubject } from './contract-support.js';

/** Every adapter of the port passes this suite, the fake one of the tests included. */
export function eventLogContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(`${name} keeps the contract of the event log`, () => {
    let subject: ContractSubject;
    let log: EventLog;

    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });

    afterAll(async () => {
      await subject.close();
    });
    messageContract(() => subject);
    batchContract(() => subject);

    describe('follow', () => {
      test('reads everything, says when, and stays live', async () => {
        const topic = await subject.topic(1);
        const seen: string[] = [];
        await log.produce(numbered(topic, 10));
        const following = await log.follow({ topics: [topic], onMessage: (message) => void seen.push(text(message)) });
        await following.caughtUp;
        expect(seen).toHaveLength(10);
        await log.produce([{ topic, key: 'k', value: 'live' }]);
        await until('the live message', () => seen.includes('live'));
        expect(following.health().alive).toBe(true);
        await following.stop();
      });

      test('an empty topic is caught up at once; an error of the listener does not end it', async () => {
        const topic = await subject.topic(1);
        const seen: string[] = [];
        const following = await log.follow({
          topics: [topic],
          onMessage: (message) => {
            if (text(message) === '0') throw new TypeError('bad state');
            seen.push(text(message));
          },
        });
        await following.caughtUp;
        await log.produce(numbered(topic, 2));
        await until('the message behind the bad one', () => seen.length === 1);
        await following.stop();
      });
    });

    describe('questions', () => {
      test('lag counts what a group has not committed', async () => {
        const topic = await subject.topic(1);
        const group = subject.group();
        await log.produce(numbered(topic, 5));
        expect(await log.lag(group, [topic])).toEqual([{ topic, partition: 0, lag: 5n }]);
        let done = 0;
        const consumption = await log.consume({ group, topics: [topic], handle: async () => void (done += 1) });
        await until('five messages', () => done === 5);
        await consumption.stop();
        expect(await log.lag(group, [topic])).toEqual([{ topic, partition: 0, lag: 0n }]);
      });

      test('the ends of topics are known by partition', async () => {
        const [one, two] = [await subject.topic(1), await subject.topic(2)];
        await log.produce(numbered(one, 3));
        const ends = await log.ends([one, two]);
        expect(ends.toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic === one ? -1 : 1))).toEqual([
          { topic: one, partition: 0, low: 0n, high: 3n },
          { topic: two, partition: 0, low: 0n, high: 0n },
          { topic: two, partition: 1, low: 0n, high: 0n },
        ]);
      });

      test('the retention of topics is known or left out', async () => {
        const topic = await subject.topic(1);
        const retention = await log.retention?.([topic, 'no.such.topic']);
        for (const [name, milliseconds] of retention ?? []) {
          expect(name).toBe(topic);
          expect(milliseconds).toBeGreaterThan(0);
        }
      });

      test('a topic id is lasting, and one of each topic', async () => {
        const [one, two] = [await subject.topic(1), await subject.topic(1)];
        const id = await log.topicId(one);
        expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(await log.topicId(one)).toBe(id);
        expect(await log.topicId(two)).not.toBe(id);
        await expect(log.topicId('no.such.topic')).rejects.toThrow('no.such.topic');
      });
    });
  });
}
