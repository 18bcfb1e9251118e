import { describe, expect, test } from '@jest/globals';
import { type ContractSubject, numbered, pause, until } from './contract-support.js';
import type { EventLog, TopicPartition } from './event-log.js';

/** Consuming batch by batch, with a position of one's own. */
export function batchContract(opened: () => ContractSubject): void {
  describe('batches', () => {
    const subject = {
      topic: (partitions: number) => opened().topic(partitions),
      group: () => opened().group(),
      another: () => opened().another(),
    };
    const log = (): EventLog => opened().log;

    test('a batch says where it begins and ends, and gives records on demand', async () => {
      const topic = await subject.topic(1);
      const lines: string[] = [];
      let next = 0n;
      await log().produce([
        { topic, key: 'a', value: '0', headers: { traceparent: 't0' } },
        { topic, key: null, value: null },
      ]);
      const consumption = await log().consumeBatches({
        group: subject.group(),
        topics: [topic],
        handle: async (batch) => {
          expect(batch.firstOffset).toBe(next);
          expect(batch.nextOffset).toBe(batch.firstOffset + BigInt(batch.count));
          expect(batch.highWatermark).toBeGreaterThanOrEqual(batch.nextOffset);
          next = batch.nextOffset;
          for (let index = 0; index < batch.count; index += 1) {
            lines.push(
              [batch.offset(index), batch.key(index), batch.value(index), batch.header(index, 'traceparent')].map(String).join(' '),
            );
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
      await log().produce(numbered(topic, 3));
      const consumption = await log().consumeBatches({
        group: subject.group(),
        topics: [topic],
        handle: async (batch) => {
          firsts.push(batch.firstOffset);
          if (firsts.length < 3) throw new TypeError('not yet');
        },
      });
      await until('three attempts', () => firsts.length === 3);
      expect(firsts).toEqual([0n, 0n, 0n]);
      await log().produce(numbered(topic, 1));
      await until('the next batch', () => firsts.length === 4);
      expect(firsts[3]).toBe(3n);
      await consumption.stop();
    });

    test('nothing is committed by itself', async () => {
      const topic = await subject.topic(1);
      const group = subject.group();
      await log().produce(numbered(topic, 2));
      for (let round = 0; round < 2; round += 1) {
        let first: bigint | undefined;
        const consumption = await log().consumeBatches({
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
      await log().produce(numbered(topic, 4, 'x'));
      await log().produce(numbered(topic, 4, 'y'));
      await log().produce(numbered(topic, 4, 'z'));
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
      await log().produce(numbered(topic, 3));
      const consumption = await log().consumeBatches({
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
      const first = await log().consumeBatches({
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
}
