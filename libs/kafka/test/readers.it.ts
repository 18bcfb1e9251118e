import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { KafkaMessage } from '../src/index.js';
import { TestBroker } from './broker.js';

const { CompressionTypes, Kafka, logLevel, Partitioners } = kafkajs;
const broker = new TestBroker();
let topic: string;

beforeAll(async () => {
  topic = await broker.topic(3);
});
afterAll(() => broker.close());

function connection(): InstanceType<typeof Kafka> {
  const { username = '', password = '', brokers } = broker.admin;
  return new Kafka({
    clientId: 'readers',
    brokers: [...brokers],
    sasl: { mechanism: 'scram-sha-256', username, password },
    logLevel: logLevel.NOTHING,
  });
}

/** Everything a topic may hold: nulls, headers, compression, transactions that were kept and some that were given up. */
async function fill(): Promise<number> {
  const client = connection();
  const settings = { createPartitioner: Partitioners.DefaultPartitioner };
  const producer = client.producer(settings);
  const transactional = client.producer({ ...settings, transactionalId: broker.group(), maxInFlightRequests: 1, idempotent: true });
  await Promise.all([producer.connect(), transactional.connect()]);
  const name = `${broker.prefix}${topic}`;
  let sent = 0;
  for (let round = 0; round < 40; round += 1) {
    const messages = Array.from({ length: 1 + ((round * 7) % 50) }, (_, index) => ({
      key: index % 5 === 0 ? null : `k${round}-${index}`,
      value: index % 11 === 0 ? null : `${'x'.repeat((round * index) % 700)}${round}/${index}`,
      partition: (round + index) % 3,
      headers: index % 3 === 0 ? { traceparent: `t${index}`, other: ['a', 'b'] } : {},
    }));
    if (round % 4 < 3) {
      await producer.send({ topic: name, messages, compression: round % 4 === 1 ? CompressionTypes.GZIP : CompressionTypes.None });
      sent += messages.length;
      continue;
    }
    const transaction = await transactional.transaction();
    await transaction.send({ topic: name, messages });
    if (round % 8 === 3) await transaction.abort();
    else {
      await transaction.commit();
      sent += messages.length;
    }
  }
  await Promise.all([producer.disconnect(), transactional.disconnect()]);
  return sent;
}

async function readAll(reader: 'direct' | 'kafkajs', expected: number): Promise<Map<string, KafkaMessage>> {
  const seen = new Map<string, KafkaMessage>();
  const log = broker.client(reader);
  const deadline = Date.now() + 30_000;
  const consumption = await log.consumeBatches({
    group: broker.group(),
    topics: [topic],
    handle: async (batch) => {
      for (let index = 0; index < batch.count; index += 1) {
        const { bytes, start, end } = batch.values;
        const message = batch.message(index);
        const inPlace = end[index]! < 0 ? null : bytes.toString('utf8', start[index], end[index]);
        expect(inPlace).toBe(message.value?.toString() ?? null);
        expect(batch.offsets[index]).toBe(Number(message.offset));
        // Values are views: whoever keeps them, copies them.
        seen.set(`${batch.partition}/${message.offset}`, {
          ...message,
          value: message.value && Buffer.from(message.value),
          key: message.key && Buffer.from(message.key),
        });
      }
    },
  });
  while (seen.size < expected && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  await consumption.stop();
  return seen;
}

test('our own reader and stock kafkajs read the same records, the same bytes and the same headers', async () => {
  const sent = await fill();
  const direct = await readAll('direct', sent);
  const stock = await readAll('kafkajs', sent);
  expect(direct.size).toBe(sent);
  const sorted = (seen: Map<string, KafkaMessage>): [string, KafkaMessage][] => [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(direct)).toEqual(sorted(stock));
});

test.each(['direct', 'kafkajs'] as const)(
  'the position passes the mark that ends a transaction, also when nothing lies behind it: %s',
  async (reader) => {
    await fill();
    const log = broker.client(reader);
    const failed = new Set<string>();
    const next = new Map<number, bigint>();
    const consumption = await log.consumeBatches({
      group: broker.group(),
      topics: [topic],
      handle: async (batch) => {
        const place = `${batch.partition}/${batch.firstOffset}`;
        if (batch.count === 0 && !failed.has(place)) {
          failed.add(place);
          throw new Error('not yet');
        }
        next.set(batch.partition, batch.nextOffset);
      },
    });
    const atTheEnd = async (): Promise<void> => {
      const ends = await log.ends([topic]);
      const deadline = Date.now() + 15_000;
      while (ends.some(({ partition, high }) => next.get(partition) !== high) && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(next).toEqual(new Map(ends.map(({ partition, high }) => [partition, high])));
    };
    await atTheEnd();
    // Given up while somebody reads at the end: nothing comes but marks, and they come again until they were handled.
    await giveUp();
    await atTheEnd();
    expect(failed.size).toBe(3);
    await consumption.stop();
  },
);

async function giveUp(): Promise<void> {
  const producer = connection().producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: broker.group(),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: `${broker.prefix}${topic}`, messages: [0, 1, 2].map((partition) => ({ value: 'given up', partition })) });
  await transaction.abort();
  await producer.disconnect();
}
