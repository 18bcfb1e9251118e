import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Deferral } from './deferral.js';
import type { EventLog, KafkaMessage, OutgoingMessage, TopicPartition } from './event-log.js';

/** What the suite needs of an adapter. Topics and groups are fresh, so that tests do not see each other. */
export interface ContractSubject {
  readonly log: EventLog;
  /** A second client of the same log, as another process would be. */
  another(): Promise<EventLog>;
  topic(partitions: number): Promise<string>;
  group(): string;
  close(): Promise<void>;
}

/** Waits until `condition` holds; fails with what it was waiting for. */
async function until(what: string, condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const text = (message: KafkaMessage): string => message.value?.toString() ?? '(none)';

function numbered(topic: string, count: number, key: string | null = 'k'): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key, value: String(index) }));
}

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

    describe('produce and consume', () => {
      test('key, value, headers and order arrive as they were sent', async () => {
        const topic = await subject.topic(1);
        const seen: KafkaMessage[] = [];
        await log.produce([
          { topic, key: 'a', value: 'first', headers: { ce_id: '1', 'ä': 'ö' } },
          { topic, key: null, value: Buffer.from([0, 255, 1]) },
          { topic, key: Buffer.from([254, 0]), value: null },
        ]);
        const consumption = await log.consume({ group: subject.group(), topics: [topic], handle: async (message) => void seen.push(message) });
        await until('three messages', () => seen.length === 3);
        expect(seen.map((message) => message.offset)).toEqual([0n, 1n, 2n]);
        expect(seen[0]).toMatchObject({ topic, partition: 0, headers: { ce_id: '1', 'ä': 'ö' } });
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
        for (const key of ['x', 'y', 'z']) await log.produce(numbered(topic, 20, key));
        const consumption = await log.consume({ group: subject.group(), topics: [topic], handle: async (message) => void seen.push(message) });
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
        await log.produce(numbered(topic, 5));
        const consumption = await log.consume({
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
        const consumption = await log.consume({
          group: subject.group(),
          topics: [waiting, going],
          handle: async (message) => {
            if (message.topic === waiting && !seen.includes('going 1')) throw new Deferral('not yet', 50);
            seen.push(`${message.topic === waiting ? 'waiting' : 'going'} ${text(message)}`);
          },
        });
        await log.produce(numbered(waiting, 2));
        await pause(100);
        await log.produce(numbered(going, 2));
        await until('four messages', () => seen.length === 4);
        expect(seen).toEqual(['going 0', 'going 1', 'waiting 0', 'waiting 1']);
        await consumption.stop();
      });

      test('a group goes on where it stopped; another group sees everything', async () => {
        const topic = await subject.topic(1);
        const group = subject.group();
        const first: string[] = [];
        await log.produce(numbered(topic, 3));
        const consumption = await log.consume({ group, topics: [topic], handle: async (message) => void first.push(text(message)) });
        await until('three messages', () => first.length === 3);
        await consumption.stop();
        await log.produce([{ topic, key: 'k', value: 'later' }]);
        const second: string[] = [];
        const other: string[] = [];
        const again = await log.consume({ group, topics: [topic], handle: async (message) => void second.push(text(message)) });
        const fresh = await log.consume({ group: subject.group(), topics: [topic], handle: async (message) => void other.push(text(message)) });
        await until('both groups', () => second.length >= 1 && other.length >= 4);
        expect(second).toEqual(['later']);
        expect(other).toEqual(['0', '1', '2', 'later']);
        await Promise.all([again.stop(), fresh.stop()]);
      });

      test('stop ends a consumption whose handler keeps failing', async () => {
        const topic = await subject.topic(1);
        const group = subject.group();
        let attempts = 0;
        await log.produce(numbered(topic, 1));
        const stuck = await log.consume({
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
        const next = await log.consume({ group, topics: [topic], handle: async (message) => void seen.push(text(message)) });
        await until('the message that was never done', () => seen.length === 1);
        await next.stop();
      });

      test('a paused consumption waits, a resumed one goes on', async () => {
        const topic = await subject.topic(1);
        const seen: string[] = [];
        const consumption = await log.consume({ group: subject.group(), topics: [topic], handle: async (message) => void seen.push(text(message)) });
        consumption.pause();
        await log.produce(numbered(topic, 2));
        await pause(300);
        expect(seen).toEqual([]);
        consumption.resume();
        await until('two messages', () => seen.length === 2);
        await consumption.stop();
      });

      test('sending to a topic that does not exist rejects', async () => {
        await expect(log.produce([{ topic: 'no.such.topic', key: null, value: 'x' }])).rejects.toThrow();
      });
    });

    describe('batches', () => {
      test('a batch says where it begins and ends, and gives records on demand', async () => {
        const topic = await subject.topic(1);
        const lines: string[] = [];
        let next = 0n;
        await log.produce([
          { topic, key: 'a', value: '0', headers: { traceparent: 't0' } },
          { topic, key: null, value: null },
        ]);
        const consumption = await log.consumeBatches({
          group: subject.group(),
          topics: [topic],
          handle: async (batch) => {
            expect(batch.firstOffset).toBe(next);
            expect(batch.nextOffset).toBe(batch.firstOffset + BigInt(batch.count));
            expect(batch.highWatermark).toBeGreaterThanOrEqual(batch.nextOffset);
            next = batch.nextOffset;
            for (let index = 0; index < batch.count; index += 1) {
              lines.push(`${batch.offset(index)} ${batch.key(index)} ${batch.value(index)} ${batch.header(index, 'traceparent')}`);
              expect(batch.unreadable(index)).toBeUndefined();
              expect(batch.message(index)).toMatchObject({ topic, partition: 0, offset: batch.offset(index) });
            }
          },
        });
        await until('two records', () => lines.length === 2);
        expect(lines).toEqual(['0 a 0 t0', '1 null null undefined']);
        await consumption.stop();
      });

      test('a batch whose handler failed comes again, whole and before any other', async () => {
        const topic = await subject.topic(1);
        const firsts: bigint[] = [];
        await log.produce(numbered(topic, 3));
        const consumption = await log.consumeBatches({
          group: subject.group(),
          topics: [topic],
          handle: async (batch) => {
            firsts.push(batch.firstOffset);
            if (firsts.length < 3) throw new TypeError('not yet');
          },
        });
        await until('three attempts', () => firsts.length === 3);
        expect(firsts).toEqual([0n, 0n, 0n]);
        await log.produce(numbered(topic, 1));
        await until('the next batch', () => firsts.length === 4);
        expect(firsts[3]).toBe(3n);
        await consumption.stop();
      });

      test('nothing is committed by itself', async () => {
        const topic = await subject.topic(1);
        const group = subject.group();
        await log.produce(numbered(topic, 2));
        for (let round = 0; round < 2; round += 1) {
          let first: bigint | undefined;
          const consumption = await log.consumeBatches({
            group,
            topics: [topic],
            handle: async (batch) => {
              first ??= batch.firstOffset;
            },
          });
          await until('a batch', () => first !== undefined);
          expect(first).toBe(0n);
          await consumption.stop();
        }
      });

      test('a position set while partitions are assigned is where reading begins', async () => {
        const topic = await subject.topic(2);
        const assigned: TopicPartition[] = [];
        const firsts = new Map<number, bigint>();
        await log.produce(numbered(topic, 4, 'x'));
        await log.produce(numbered(topic, 4, 'y'));
        await log.produce(numbered(topic, 4, 'z'));
        const own = await subject.another();
        const consumption = await own.consumeBatches({
          group: subject.group(),
          topics: [topic],
          onAssign: async (partitions, control) => {
            await pause(100);
            assigned.push(...partitions);
            for (const { partition } of partitions) control.seek(topic, partition, 3n);
          },
          handle: async (batch) => {
            expect(assigned).toHaveLength(2);
            if (!firsts.has(batch.partition)) firsts.set(batch.partition, batch.firstOffset);
          },
        });
        await until('a batch', () => firsts.size > 0);
        expect(new Set(firsts.values())).toEqual(new Set([3n]));
        await consumption.stop();
        await own.close();
      });

      test('seek inside a handler goes back', async () => {
        const topic = await subject.topic(1);
        const seen: string[] = [];
        let sent = false;
        await log.produce(numbered(topic, 3));
        const consumption = await log.consumeBatches({
          group: subject.group(),
          topics: [topic],
          handle: async (batch, control) => {
            for (let index = 0; index < batch.count; index += 1) seen.push(String(batch.value(index)));
            if (!sent && seen.length === 3) {
              sent = true;
              control.seek(0, 1n);
            }
          },
        });
        await until('two repeated records', () => seen.length === 5);
        expect(seen).toEqual(['0', '1', '2', '1', '2']);
        await consumption.stop();
      });

      test('a second member takes over partitions, and gives them back when it leaves', async () => {
        const topic = await subject.topic(2);
        const group = subject.group();
        const lost: TopicPartition[] = [];
        const first = await log.consumeBatches({
          group,
          topics: [topic],
          onRevoke: async (partitions) => void lost.push(...partitions),
          handle: async () => undefined,
        });
        await until('both partitions', () => first.health().assigned === 2);
        const other = await subject.another();
        const second = await other.consumeBatches({ group, topics: [topic], handle: async () => undefined });
        await until('one partition each', () => first.health().assigned === 1 && second.health().assigned === 1);
        expect(lost).toHaveLength(2);
        await second.stop();
        await until('both partitions again', () => first.health().assigned === 2);
        await first.stop();
        await other.close();
      });
    });

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
