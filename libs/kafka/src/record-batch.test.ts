import { describe, expect, test } from '@jest/globals';
import { KafkajsRecordBatch, toMessage } from './record-batch.js';

function raw(offset: number, headers: Record<string, Buffer | string | (Buffer | string)[] | undefined> = {}) {
  return {
    offset: String(offset),
    timestamp: '1700000000000',
    key: Buffer.from('k'),
    value: Buffer.from(`v${offset}`),
    attributes: 0,
    headers,
  };
}

describe('a batch over what kafkajs decoded', () => {
  const messages = [raw(4, { traceparent: Buffer.from('t'), twice: [Buffer.from('a'), Buffer.from('b')], empty: undefined }), raw(7)];
  const batch = new KafkajsRecordBatch('topic', 2, { messages, highWatermark: '20', firstOffset: () => '4', lastOffset: () => '9' });

  test('knows its place, also where compaction left holes', () => {
    expect(batch).toMatchObject({ topic: 'topic', partition: 2, count: 2, firstOffset: 4n, nextOffset: 10n, highWatermark: 20n });
    expect([batch.offset(0), batch.offset(1)]).toEqual([4n, 7n]);
  });

  test('gives headers as text, the first of repeated ones', () => {
    expect([batch.header(0, 'traceparent'), batch.header(0, 'twice'), batch.header(0, 'empty'), batch.header(1, 'traceparent')]).toEqual([
      't',
      'a',
      undefined,
      undefined,
    ]);
    expect(batch.message(0).headers).toEqual({ traceparent: 't', twice: 'a' });
  });

  test('an index beyond the end is a mistake of the caller', () => {
    expect(() => batch.value(2)).toThrow('record 2 of a batch of 2');
  });

  test('an ordinary message has no mark', () => {
    expect(toMessage('topic', 0, raw(1))).toEqual({
      topic: 'topic',
      partition: 0,
      offset: 1n,
      timestamp: 1_700_000_000_000,
      key: Buffer.from('k'),
      value: Buffer.from('v1'),
      headers: {},
    });
  });
});
