import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { KafkaMessage, KafkajsLog } from '../src/index.js';
import { TestBroker } from './broker.js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } = kafkajs;
const mebibyte = 1024 * 1024;

/** Snappy with literals only, in the frame that Java clients write: enough for a broker to accept it. */
function snappyFrame(raw: Buffer): Buffer {
  const varint: number[] = [];
  for (let rest = raw.length; ; rest >>>= 7) {
    varint.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  const literal = Buffer.from([61 << 2, (raw.length - 1) & 0xff, (raw.length - 1) >> 8]);
  const block = Buffer.concat([Buffer.from(varint), literal, raw]);
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(block.length);
  return Buffer.concat([head, size, block]);
}

describe('records that stock kafkajs cannot pass', () => {
  const broker = new TestBroker();
  let log: KafkajsLog;
  let topic: string;

  beforeAll(async () => {
    log = broker.client();
    topic = await broker.topic(1, { 'max.message.bytes': String(8 * mebibyte) });
  });
  afterAll(() => broker.close());

  /** Sends with a codec of ours, which is put back before anything is read. */
  async function sendCompressed(type: number, compress: (raw: Buffer) => Buffer, values: readonly (Buffer | string)[]): Promise<void> {
    const { username = '', password = '', brokers } = broker.admin;
    const client = new Kafka({
      clientId: 'poison',
      brokers: [...brokers],
      sasl: { mechanism: 'scram-sha-256', username, password },
      logLevel: logLevel.NOTHING,
    });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const kept = CompressionCodecs[type as 1];
    CompressionCodecs[type as 1] = () => ({ compress: (encoder: { buffer: Buffer }) => Promise.resolve(compress(encoder.buffer)) });
    try {
      await producer.connect();
      await producer.send({ topic: `${broker.prefix}${topic}`, compression: type, messages: values.map((value) => ({ key: 'k', value })) });
    } finally {
      CompressionCodecs[type as 1] = kept;
      await producer.disconnect();
    }
  }

  async function readAll(expected: number): Promise<KafkaMessage[]> {
    const seen: KafkaMessage[] = [];
    await new Promise<void>((resolve, reject) => {
      void log
        .consumeBatches({
          group: broker.group(),
          topics: [topic],
          handle: async (batch) => {
            for (let index = 0; index < batch.count; index += 1) seen.push(batch.message(index));
            if (seen.length >= expected) resolve();
          },
        })
        .catch(reject);
    });
    return seen;
  }

  test('a bomb, a foreign compression and a large message reach the consumer, and the partition moves on', async () => {
    const before = process.memoryUsage().rss;
    await log.produce([{ topic, key: 'k', value: 'before' }]);
    await sendCompressed(CompressionTypes.GZIP, (raw) => gzipSync(raw), ['small one', 'small two']);
    await sendCompressed(CompressionTypes.GZIP, (raw) => gzipSync(raw, { level: 9 }), [Buffer.alloc(60 * mebibyte), 'in the same batch']);
    await sendCompressed(CompressionTypes.Snappy, snappyFrame, ['foreign', 'also foreign', 'third']);
    await log.produce([{ topic, key: 'k', value: Buffer.alloc(5 * mebibyte, 'x') }]);
    await log.produce([{ topic, key: 'k', value: 'after' }]);

    const seen = await readAll(10);
    expect(seen.map((message) => message.offset)).toEqual(Array.from({ length: 10 }, (_, index) => BigInt(index)));
    expect(seen.map((message) => (message.unreadable === undefined ? (message.value?.length ?? -1) : 'unreadable'))).toEqual([
      6,
      9,
      9,
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      5 * mebibyte,
      5,
    ]);
    expect(seen[3]?.unreadable).toMatch(
      /decompresses by gzip to more than 33554432 bytes \(compressed batch of \d+ bytes, sha256 [0-9a-f]{64}\)/,
    );
    expect(seen[5]?.unreadable).toContain('snappy compression is not supported');
    expect(seen[3]).toMatchObject({ key: null, value: null, headers: {} });
    expect(seen[3]?.timestamp).toBeGreaterThan(Date.now() - 60_000);
    // The 60 MiB above were made in this process; what reading added stays far below a second copy of them.
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * mebibyte);
  });

  test('a producer cannot forge a marker', async () => {
    const other = await broker.topic(1);
    await log.produce([{ topic: other, key: Buffer.alloc(16), value: 'real', headers: { 'db-unreadable': 'forged' } }]);
    const message = await new Promise<KafkaMessage>((resolve) => {
      void log.consume({ group: broker.group(), topics: [other], handle: async (incoming) => resolve(incoming) });
    });
    expect(message.unreadable).toBeUndefined();
    expect(message.value?.toString()).toBe('real');
  });
});
