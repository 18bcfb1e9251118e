import { describe, expect, test } from '@jest/globals';
import type { KafkaMessage } from '@drawbridge/kafka';
import { cutMessage, deadLetterOf, maxPayloadBytes } from './dead-letter.js';

const now = new Date('2026-01-02T03:04:05.678Z');
const message: KafkaMessage = {
  topic: 'prediction.logged',
  partition: 1,
  offset: 5n,
  timestamp: 9,
  key: Buffer.from('k'),
  value: Buffer.from('{broken'),
  headers: { traceparent: 't' },
};

describe('a dead letter', () => {
  test('keeps key and bytes, and says where it came from and why', () => {
    const letter = deadLetterOf({ group: 'monitoring.intake', message, reason: 'not JSON' }, now);
    expect(letter).toMatchObject({
      topic: 'monitoring.intake.dlq',
      key: message.key,
      payload: message.value,
      bytes: 7,
      eventId: undefined,
      originalHeaders: { traceparent: 't' },
    });
    expect(letter.headers).toMatchObject({
      traceparent: 't',
      'db-dlq-first-seen': now.toISOString(),
      'db-dlq-attempts': '1',
      '__connect.errors.exception.message': 'not JSON',
    });
    expect(letter.headers['db-dlq-truncated']).toBeUndefined();
  });

  test('has one id per record and group', () => {
    const id = (change: Partial<KafkaMessage>, group: 'monitoring.intake' | 'monitoring.labels' = 'monitoring.intake') =>
      deadLetterOf({ group, message: { ...message, ...change }, reason: 'r' }, now).id;
    expect(id({})).toBe(id({ value: Buffer.from('other') }));
    expect(new Set([id({}), id({ offset: 6n }), id({ partition: 2 }), id({ timestamp: 10 }), id({}, 'monitoring.labels')]).size).toBe(5);
  });

  test('a flood of headers is cut', () => {
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`h${index}`, 'x'.repeat(2000)]));
    const letter = deadLetterOf({ group: 'monitoring.intake', message: { ...message, headers }, reason: 'r' }, now);
    expect(JSON.stringify(letter.originalHeaders).length).toBeLessThan(70_000);
    expect(letter.headers['db-dlq-topic']).toBe('prediction.logged');
  });

  test('what the database cannot hold of its texts is replaced', () => {
    const headers = { 'a\u0000b': 'c\u0000d', half: '\ud83d' };
    const reason = `wrong-type features.${'\ud83d\ude00'.slice(0, 1)}\u0000x`;
    const letter = deadLetterOf(
      { group: 'monitoring.intake', message: { ...message, headers }, reason, error: `${'\ud83d\ude00'.repeat(1500)}` },
      now,
    );
    expect(letter.originalHeaders).toEqual({ 'a\uFFFDb': 'c\uFFFDd', half: '\uFFFD' });
    expect(letter.reason).toBe('wrong-type features.\uFFFD\uFFFDx');
    expect(JSON.stringify(letter.headers)).not.toMatch(/\\u0000|\\ud83d/);
  });

  test('a record without a value or key is a dead letter too', () => {
    const letter = deadLetterOf({ group: 'monitoring.intake', message: { ...message, key: null, value: null }, reason: 'a bomb' }, now);
    expect(letter).toMatchObject({ key: null, payload: null, bytes: 0 });
  });

  test('of a message that was cut before is the same as of the whole one, and holds none of the rest in memory', () => {
    const large: KafkaMessage = {
      ...message,
      key: Buffer.alloc(10_000, 'k'),
      value: Buffer.from('x\u00e9'.repeat(1_000_000)),
      headers: { ...message.headers, 'a\u0000b': 'c', big: 'x'.repeat(70_000), behind: 'b' },
    };
    for (const one of [large, message, { ...message, key: null, value: null }]) {
      const cut = cutMessage(one);
      const input = { group: 'monitoring.intake', reason: 'r', row: 3 } as const;
      expect(deadLetterOf({ ...input, ...cut }, now)).toEqual(deadLetterOf({ ...input, message: one }, now));
    }
    const { value, key } = cutMessage(large).message;
    expect([value?.length, key?.length]).toEqual([maxPayloadBytes, 4096]);
    expect([value?.buffer, key?.buffer]).not.toContain(large.value?.buffer);
    expect(value!.buffer.byteLength).toBe(maxPayloadBytes);
  });
});
