import { describe, expect, test } from '@jest/globals';
import { type ContractSubject, numbered, pause, text, until } from './contract-support.js';
import { Deferral } from './deferral.js';
import type { EventLog, KafkaMessage } from './event-log.js';

/** Sending, and consuming message by message. */
export function messageContract(opened: () => ContractSubject): void {
  describe('produce and consume', () => {
    const subject = { topic: (partitions: number) => opened().topic(partitions), group: () => opened().group() };
    const log = (): EventLog => opened().log;

    test('key, value, headers and order arrive as they were sent', async () => {
      const topic = await subject.topic(1);
      const seen: KafkaMessage[] = [];
      await log().produce([
        { topic, key: 'a', value: 'first', headers: { ce_id: '1', ä: 'ö' } },
        { topic, key: null, value: Buffer.from([0, 255, 1]) },
        { topic, key: Buffer.from([254, 0]), value: null },
      ]);
      const consumption = await log().consume({
        group: subject.group(),
        topics: [topic],
        handle: async (message) => void seen.push(message),
      });
      await until('three messages', () => seen.length === 3);
      expect(seen.map((message) => message.offset)).toEqual([0n, 1n, 2n]);
      expect(seen[0]).toMatchObject({ topic, partition: 0, headers: { ce_id: '1', ä: 'ö' } });
      expect(seen[0]?.key?.toString()).toBe('a');
      expect(seen[0]?.timestamp).toBeGreaterThan(Date.now() - 60_000);
      expect(seen[1]).toMatchObject({ key: null, value: Buffer.from([0, 255, 1]) });
      expect(seen[2]).toMatchObject({ key: Buffer.from([254, 0]), value: null });
      expect(consumption.health()).toMatchObject({ alive: true, assigned: 1 });
      await consumption.stop();
    });

    test('messages with one key share a partition and keep their order', async () => {
      const topic = await subject.topic(3);
      const seen: KafkaMessage[] = [];
      for (const key of ['x', 'y', 'z']) await log().produce(numbered(topic, 20, key));
      const consumption = await log().consume({
        group: subject.group(),
        topics: [topic],
        handle: async (message) => void seen.push(message),
      });
      await until('sixty messages', () => seen.length === 60);
      for (const key of ['x', 'y', 'z']) {
        const own = seen.filter((message) => message.key?.toString() === key);
        expect(own.map(text)).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
        expect(new Set(own.map((message) => message.partition)).size).toBe(1);
      }
      await consumption.stop();
    });

    test.each([
      ['an Error', () => new Error('away')],
      ['a TypeError', () => new TypeError('x is not a function')],
      ['a RangeError', () => new RangeError('out of range')],
      ['no error at all', () => 'text'],
    ])('%s from a handler repeats the message in place; nothing overtakes it', async (_, failure) => {
      const topic = await subject.topic(1);
      const seen: string[] = [];
      let failures = 3;
      await log().produce(numbered(topic, 5));
      const consumption = await log().consume({
        group: subject.group(),
        topics: [topic],
        handle: async (message) => {
          seen.push(text(message));
          if (text(message) === '2' && failures > 0) {
            failures -= 1;
            throw failure();
          }
        },
      });
      await until('the last message', () => seen.includes('4'));
      expect(seen).toEqual(['0', '1', '2', '2', '2', '2', '3', '4']);
      await consumption.stop();
    });

    test('a deferred message comes again while other topics go on', async () => {
      const waiting = await subject.topic(1);
      const going = await subject.topic(1);
      const seen: string[] = [];
      const consumption = await log().consume({
        group: subject.group(),
        topics: [waiting, going],
        handle: async (message) => {
          if (message.topic === waiting && !seen.includes('going 1')) throw new Deferral('not yet', 50);
          seen.push(`${message.topic === waiting ? 'waiting' : 'going'} ${text(message)}`);
        },
      });
      await log().produce(numbered(waiting, 2));
      await pause(100);
      await log().produce(numbered(going, 2));
      await until('four messages', () => seen.length === 4);
      expect(seen).toEqual(['going 0', 'going 1', 'waiting 0', 'waiting 1']);
      await consumption.stop();
    });

    test('a group goes on where it stopped; another group sees everything', async () => {
      const topic = await subject.topic(1);
      const group = subject.group();
      const first: string[] = [];
      await log().produce(numbered(topic, 3));
      const consumption = await log().consume({ group, topics: [topic], handle: async (message) => void first.push(text(message)) });
      await until('three messages', () => first.length === 3);
      await consumption.stop();
      await log().produce([{ topic, key: 'k', value: 'later' }]);
      const second: string[] = [];
      const other: string[] = [];
      const again = await log().consume({ group, topics: [topic], handle: async (message) => void second.push(text(message)) });
      const fresh = await log().consume({
        group: subject.group(),
        topics: [topic],
        handle: async (message) => void other.push(text(message)),
      });
      await until('both groups', () => second.length >= 1 && other.length >= 4);
      expect(second).toEqual(['later']);
      expect(other).toEqual(['0', '1', '2', 'later']);
      await Promise.all([again.stop(), fresh.stop()]);
    });

    test('stop ends a consumption whose handler keeps failing', async () => {
      const topic = await subject.topic(1);
      const group = subject.group();
      let attempts = 0;
      await log().produce(numbered(topic, 1));
      const stuck = await log().consume({
        group,
        topics: [topic],
        handle: () => {
          attempts += 1;
          return Promise.reject(new Error('never'));
        },
      });
      await until('two attempts', () => attempts >= 2);
      await stuck.stop();
      const seen: string[] = [];
      const next = await log().consume({ group, topics: [topic], handle: async (message) => void seen.push(text(message)) });
      await until('the message that was never done', () => seen.length === 1);
      await next.stop();
    });

    test('a paused consumption waits, a resumed one goes on', async () => {
      const topic = await subject.topic(1);
      const seen: string[] = [];
      const consumption = await log().consume({
        group: subject.group(),
        topics: [topic],
        handle: async (message) => void seen.push(text(message)),
      });
      consumption.pause();
      await log().produce(numbered(topic, 2));
      await pause(300);
      expect(seen).toEqual([]);
      consumption.resume();
      await until('two messages', () => seen.length === 2);
      await consumption.stop();
    });

    test('sending to a topic that does not exist rejects', async () => {
      await expect(log().produce([{ topic: 'no.such.topic', key: null, value: 'x' }])).rejects.toThrow();
    });
  });
}
