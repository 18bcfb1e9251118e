import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IngestedView, Problem } from '@drawbridge/contracts';
import { eventually, type HttpAnswer, type HttpClient, type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';
import { aStructuredHalf, sendHalf } from './payloads.js';

let box: Sandbox;
let console_: RunningChild;
let producer: HttpClient;

beforeAll(async () => {
  box = await sandbox('ingest');
  await Promise.all([box.migrate('console'), box.seedAccess()]);
  console_ = await box.startService('console', {
    DRAWBRIDGE_CONSOLE_PAYLOAD_HORIZON_SECONDS: '8',
    DRAWBRIDGE_CONSOLE_INGEST_IN_FLIGHT_BYTES: '1000000',
  });
  producer = console_.http(box.keys.producer);
}, 120_000);

afterAll(() => box?.dispose());

type Answer = HttpAnswer<IngestedView & Problem>;

const prediction = (predictionId: string, more: object = {}): object => ({
  topic: 'prediction.logged',
  data: { predictionId, time: new Date().toISOString(), model: 'churn', version: '3', output: { value: 1 }, ...more },
});
const post = (events: readonly object[], client = producer): Promise<Answer> => client.post('/api/v1/events/batch', { events });
const logged = (id: string) => box.collect('prediction.logged', (events) => events.some((event) => event.key === id));
const metric = async (name: string): Promise<number> => {
  const { body } = await console_.http().get<string>('/metrics');
  const line = body.split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe('events over HTTP', () => {
  test('are in Kafka when they are acknowledged, keyed by the prediction, with the project of the request', async () => {
    const label = { topic: 'label.received', data: { predictionId: 'b-1', value: 1, observedAt: new Date().toISOString() } };
    const answer = await producer.post<IngestedView>(
      '/api/v1/events/batch',
      { events: [prediction('b-1'), prediction('b-2', { project: 'own' }), label] },
      { headers: { 'x-drawbridge-project': 'shop' } },
    );
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { accepted: 3 } });
    const events = await box.collect('prediction.logged', (all) => all.length >= 2);
    expect(events.map(({ key, data }) => `${key} ${data.project} ${data.output.value}`).toSorted()).toEqual(['b-1 shop 1', 'b-2 own 1']);
    expect(Object.keys(events[0]?.headers ?? {}).toSorted()).toEqual(['content-type', 'traceparent']);
    const [found] = await box.collect('label.received', (all) => all.length === 1);
    expect(found).toMatchObject({ key: 'b-1', data: { value: 1, project: 'shop' } });
  });

  test('one bad event refuses all, and its place is named', async () => {
    const answer = await post([prediction('c-1'), prediction('c-2', { output: undefined }), prediction('c-3', { time: 'x' })]);
    expect(answer).toMatchObject({ status: 400, body: { code: 'DBR-INVALID', retryable: false } });
    expect(answer.body.errors?.map(({ field }) => field)).toEqual(expect.arrayContaining(['events.1.data.output', 'events.2.data.time']));
    expect((await post([prediction('c-4')])).status).toBe(200);
    const events = await logged('c-4');
    expect(events.filter(({ key }) => /^c-[123]$/.test(key ?? ''))).toEqual([]);
  });

  test('who may not write predictions, sends no JSON or too much of it, is refused', async () => {
    expect(await post([prediction('d-1')], console_.http())).toMatchObject({ status: 401 });
    expect(await post([prediction('d-1')], console_.http(box.keys.viewer))).toMatchObject({ status: 403, body: { code: 'DBR-FORBIDDEN' } });
    const raw = (body: string, type: string): Promise<Answer> =>
      producer.raw('POST', '/api/v1/events/batch', body, { headers: { 'content-type': type } });
    expect(await raw('{', 'application/json')).toMatchObject({ status: 400, body: { code: 'DBR-MALFORMED-JSON' } });
    expect(await raw('{}', 'text/plain')).toMatchObject({ status: 415, body: { code: 'DBR-CONTENT-TYPE' } });
    expect(await raw('{}', 'application/json; charset=iso-8859-1')).toMatchObject({ status: 415, body: { code: 'DBR-CONTENT-TYPE' } });
    const packed = { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } };
    expect(await producer.raw('POST', '/api/v1/events/batch', gzipSync('{}'), packed)).toMatchObject({
      status: 415,
      body: { detail: expect.stringContaining('compressed (gzip)') },
    });
    expect(await raw('x'.repeat(4 * 1024 * 1024 + 1), 'application/json')).toMatchObject({
      status: 413,
      body: { code: 'DBR-BODY-TOO-LARGE' },
    });
  });

  test('too much at once is refused with the time to wait, and there is room again afterwards', async () => {
    await eventually('nothing under way', async () => (await metric('drawbridge_console_ingest_in_flight_bytes')) === 0);
    const body = JSON.stringify({ events: [prediction('e-1')] });
    const options = {
      method: 'POST',
      headers: { authorization: `Bearer ${box.keys.producer}`, 'content-type': 'application/json', 'content-length': 999_900 },
    };
    const slow = request(`${console_.url}/api/v1/events/batch`, options).on('error', () => undefined);
    slow.write(body);
    const refused = await eventually('the limit', async () => {
      const answer = await post([prediction('e-2')]);
      return answer.status === 429 ? answer : undefined;
    });
    expect(refused).toMatchObject({ body: { code: 'DBR-INGEST-BUSY', retryable: true } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // The client goes away in the middle of its body.
    slow.destroy();
    await eventually('room', async () => (await post([prediction('e-3')])).status === 200);
    expect(await metric('drawbridge_console_ingest_refused_total{reason="429"}')).toBeGreaterThan(0);
  });
});

describe('halves of a payload logger', () => {
  const asked = { instances: [{ age: 41, plan: 'flat' }] };
  const answered = { predictions: [1] };

  test('are joined in any order, also when both come at once', async () => {
    expect((await sendHalf(producer, 'response', 'k-1', answered, '?version=3')).body).toMatchObject({ waiting: 1, joined: 0 });
    expect((await sendHalf(producer, 'request', 'k-1', asked, '?version=3')).body).toMatchObject({ waiting: 0, joined: 1 });
    const ids = Array.from({ length: 20 }, (_, i) => `both-${i}`);
    const answers = await Promise.all(
      ids.flatMap((id) => [
        sendHalf(producer, 'request', id, asked, '?version=3'),
        sendHalf(producer, 'response', id, answered, '?version=3'),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const events = await box.collect('prediction.logged', (all) => ids.every((id) => all.some(({ key }) => key === id)));
    expect(events.filter(({ key }) => key?.startsWith('both-'))).toHaveLength(20);
    expect(events.find(({ key }) => key === 'k-1')?.data).toMatchObject({
      project: 'default',
      model: 'churn',
      version: '3',
      features: { age: 41, plan: 'flat' },
      output: { value: 1 },
      status: 'ok',
    });
  });

  test('of several rows become one prediction each; structured and batched events do the same', async () => {
    const request_ = { inputs: [{ name: 'age', shape: [2, 1], datatype: 'FP32', data: [41, 22] }] };
    const response = { model_name: 'v2', model_version: '7', outputs: [{ name: 'y', shape: [2], datatype: 'INT64', data: [1, 0] }] };
    const batch = [aStructuredHalf('request', 's-1', request_), aStructuredHalf('response', 's-1', response)];
    const answer = await producer.raw('POST', '/ingest/cloudevents?project=shop', JSON.stringify(batch), {
      headers: { 'content-type': 'application/cloudevents-batch+json' },
    });
    expect(answer).toMatchObject({ status: 200, body: { joined: 1 } });
    const events = await logged('s-1-1');
    const rows = events.filter(({ key }) => key?.startsWith('s-1-'));
    expect(rows.map(({ key, data }) => [key, data.project, data.version, data.features?.['age'], data.output.value])).toEqual(
      expect.arrayContaining([
        ['s-1-0', 'shop', '7', 41, 1],
        ['s-1-1', 'shop', '7', 22, 0],
      ]),
    );
  });

  test('that come again are known, joined or not', async () => {
    for (const expected of [{ waiting: 1 }, { repeated: 1, waiting: 0 }]) {
      expect((await sendHalf(producer, 'request', 'r-1', asked, '?version=3')).body).toMatchObject(expected);
    }
    for (const expected of [{ joined: 1 }, { repeated: 1, joined: 0 }]) {
      expect((await sendHalf(producer, 'response', 'r-1', answered, '?version=3')).body).toMatchObject(expected);
    }
    expect((await logged('r-1')).filter(({ key }) => key === 'r-1')).toHaveLength(1);
  });

  test('that cannot be read or do not fit are refused with the field; the other half goes on waiting for a good one', async () => {
    const bad = await sendHalf(producer, 'request', 'f-1', { instances: 'x' });
    expect(bad).toMatchObject({ status: 400, body: { code: 'DBR-INVALID', errors: [{ field: 'data.instances' }] } });
    expect((await sendHalf(producer, 'request', 'f-1', asked)).status).toBe(200);
    expect(await sendHalf(producer, 'response', 'f-1', answered)).toMatchObject({ status: 400, body: { errors: [{ field: 'version' }] } });
    expect((await sendHalf(producer, 'response', 'f-1', answered, '?version=3')).body).toMatchObject({ joined: 1 });
    expect(await sendHalf(producer, 'request', 'f-2', asked, '?versoin=3')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'versoin' }] },
    });
    expect(await sendHalf(console_.http(box.keys.viewer), 'request', 'f-3', asked)).toMatchObject({ status: 403 });
  });

  test('a key in the address, as a logger gives it, is Basic authentication', async () => {
    const authorization = `Basic ${Buffer.from(`logger:${box.keys.producer}`).toString('base64')}`;
    expect((await sendHalf(console_.http(), 'request', 'basic-1', asked, '?version=3', { authorization })).status).toBe(200);
  });

  test('that stay alone are given up after their time and counted; nothing is left of them', async () => {
    expect((await sendHalf(producer, 'request', 'alone-1', asked, '?version=3')).status).toBe(200);
    expect((await sendHalf(producer, 'response', 'alone-2', answered, '?version=3')).status).toBe(200);
    await eventually(
      'the halves to be forgotten',
      async () => (await box.query('console', 'select 1 from payload_halves')).length === 0,
      20_000,
    );
    expect(await metric('drawbridge_console_payload_orphans_total{half="request"}')).toBeGreaterThanOrEqual(1);
    expect(await metric('drawbridge_console_payload_orphans_total{half="response"}')).toBeGreaterThanOrEqual(1);
    const events = await box.collect('prediction.logged', () => true);
    expect(events.filter(({ key }) => key?.startsWith('alone-'))).toEqual([]);
  }, 40_000);
});
