import { describe, expect, test } from '@jest/globals';
import type { KafkaMessage } from '@drawbridge/kafka';
import { decodeEvent } from './decode.js';

const data = {
  id: '0192f0c4-6a57-7d0b-9f6e-3d1f2f3a9b11',
  type: 'model.alias.changed',
  time: '2026-01-02T03:04:05.678Z',
  project: 'credit',
  source: '/drawbridge/main/registry/models/m1',
  sequence: 7,
  actor: { type: 'person', id: 'ada' },
  modelId: 'm1',
  model: 'risk',
  alias: 'champion',
};

function message(value: unknown, headers: Record<string, string> = {}, change: Partial<KafkaMessage> = {}): KafkaMessage {
  const bytes = Buffer.isBuffer(value)
    ? value
    : value === null
      ? null
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return {
    topic: 'model.alias.changed',
    partition: 0,
    offset: 3n,
    timestamp: 1_700_000_000_000,
    key: Buffer.from('m1'),
    value: bytes,
    headers,
    ...change,
  };
}

const reason = (incoming: KafkaMessage): string => {
  const decoded = decodeEvent(incoming);
  return decoded.ok ? 'ok' : decoded.reason;
};

describe('decodeEvent', () => {
  test('the value alone is enough', () => {
    expect(decodeEvent(message(data))).toMatchObject({
      ok: true,
      event: {
        topic: 'model.alias.changed',
        id: data.id,
        source: data.source,
        sequence: 7,
        time: new Date(data.time),
        project: 'credit',
        actor: data.actor,
        chainId: data.id,
        key: 'm1',
        data,
      },
    });
  });

  test('binary mode adds chain, cause, subject and both traces', () => {
    const headers = {
      ce_id: data.id,
      ce_type: 'io.drawbridge.model.alias.changed.v1',
      ce_subject: 'projects/credit/models/risk',
      ce_chainid: 'chain',
      ce_causeid: 'cause',
      ce_traceparent: 'origin',
      traceparent: 'hop',
      tracestate: 'a=b',
      ce_replayid: 'r1',
      unknown: 'ignored',
    };
    expect(decodeEvent(message(data, headers))).toMatchObject({
      ok: true,
      event: {
        chainId: 'chain',
        causeId: 'cause',
        subject: headers.ce_subject,
        originTraceparent: 'origin',
        trace: { traceparent: 'hop', tracestate: 'a=b' },
        replayId: 'r1',
      },
    });
  });

  test('structured mode carries the attributes in the value', () => {
    const structured = {
      specversion: '1.0',
      id: data.id,
      source: data.source,
      type: 'io.drawbridge.model.alias.changed.v1',
      causeid: 'cause',
      sequence: '0000000007',
      data,
    };
    expect(decodeEvent(message(structured, { 'content-type': 'application/cloudevents+json; charset=utf-8' }))).toMatchObject({
      ok: true,
      event: { id: data.id, causeId: 'cause', sequence: 7, data },
    });
  });

  test('a prediction needs neither headers nor an envelope', () => {
    const prediction = { predictionId: 'p1', time: data.time, model: 'risk', version: '3', output: { value: 1 } };
    expect(decodeEvent(message(prediction, {}, { topic: 'prediction.logged' }))).toMatchObject({
      ok: true,
      event: { id: 'p1', project: 'default', sequence: undefined },
    });
  });

  test.each([
    ['an unknown topic', message(data, {}, { topic: 'no.such' }), 'topic no.such is not in the contract'],
    ['no value', message(null), 'no value'],
    ['not JSON', message('{broken'), 'the value is not JSON'],
    ['an array', message('[]'), 'the value is not a JSON object'],
    ['a number', message('7'), 'the value is not a JSON object'],
    ['invalid UTF-8', message(Buffer.from([0x7b, 0xff, 0x7d])), 'the value is not JSON'],
    ['a missing field', message({ ...data, alias: undefined }), 'alias: Expected required property; alias: Expected string'],
    [
      'a wrong type of the header',
      message(data, { ce_type: 'io.drawbridge.model.created.v1' }),
      'event type io.drawbridge.model.created.v1 on topic model.alias.changed',
    ],
    ['two different ids', message(data, { ce_id: 'other' }), `ce_id other is not the id of the value`],
    ['an oversized value', message(`"${'x'.repeat(1_048_576)}"`), '1048578 bytes, at most 1048576 are read'],
    ['deep nesting', message(`${'['.repeat(70)}`), 'JSON nested deeper than 64'],
    ['an unreadable record', message(null, {}, { unreadable: 'a bomb' }), 'a bomb'],
  ])('%s is refused with its reason', (_, incoming, expected) => {
    expect(reason(incoming)).toBe(expected);
  });

  test('another major version is skipped, not dead', () => {
    expect(decodeEvent(message(data, { ce_type: 'io.drawbridge.model.alias.changed.v2' }))).toMatchObject({ ok: false, skip: true });
  });
});
