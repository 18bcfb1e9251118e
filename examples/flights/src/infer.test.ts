import { afterEach, expect, jest, test } from '@jest/globals';
import { InferClient, inferBody, type InferRequest } from './infer.js';

const request = (i: number): InferRequest => ({
  predictionId: `flight-${i}`,
  version: '2',
  time: Date.UTC(2026, 6, 6, 12),
  features: { distance: 405, hour: 12, weekday: 0, origin: 'ATL', destination: 'BOS' },
});
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

function answerWith(make: () => Response): { calls: { url: string; init: RequestInit }[]; most: () => number } {
  const calls: { url: string; init: RequestInit }[] = [];
  let open = 0;
  let most = 0;
  globalThis.fetch = jest.fn(async (url: string | URL | Request, init?: RequestInit) => {
    calls.push({ url: url as string, init: init! });
    most = Math.max(most, (open += 1));
    await new Promise((resolve) => setTimeout(resolve, 1));
    open -= 1;
    return make();
  });
  return { calls, most: () => most };
}

test('one row in the words of the protocol, with its id and event time', () => {
  expect(inferBody(request(1))).toEqual({
    id: 'flight-1',
    parameters: { prediction_id: 'flight-1', event_time: '2026-07-06T12:00:00.000Z' },
    inputs: [
      { name: 'distance', datatype: 'FP32', shape: [1, 1], data: [405] },
      { name: 'hour', datatype: 'FP32', shape: [1, 1], data: [12] },
      { name: 'weekday', datatype: 'FP32', shape: [1, 1], data: [0] },
      { name: 'origin', datatype: 'BYTES', shape: [1, 1], data: ['ATL'] },
      { name: 'destination', datatype: 'BYTES', shape: [1, 1], data: ['BOS'] },
    ],
  });
});

test('every request goes to its version, authorised and traced, and no more than allowed are under way', async () => {
  const outputs = [
    { name: 'label', datatype: 'INT64', shape: [1], data: [1] },
    { name: 'probability', datatype: 'FP32', shape: [1], data: [0.61] },
  ];
  const served = answerWith(() => Response.json({ model_name: 'flights', model_version: '2', outputs }));
  const client = new InferClient({ serving: 'http://serving', token: 'db_k_s', project: 'flights-1', model: 'flights', concurrency: 3 });
  const answers = await client.send(Array.from({ length: 10 }, (_, i) => request(i)));
  expect(answers).toHaveLength(10);
  expect(answers[0]).toMatchObject({ version: '2', probability: 0.61, label: 1 });
  expect(served.most()).toBe(3);
  const { url, init } = served.calls[0]!;
  expect(url).toBe('http://serving/v2/models/flights/versions/2/infer');
  const headers = init.headers as Record<string, string>;
  expect(headers['authorization']).toBe('Bearer db_k_s');
  expect(headers['x-drawbridge-project']).toBe('flights-1');
  expect(headers['traceparent']).toContain(answers.find((answer) => answer.predictionId === 'flight-0')!.traceId);
});

test('an answer that is not a success is reported with what the server said', async () => {
  answerWith(() => new Response('{"detail":"input hour: wrong type"}', { status: 400 }));
  const client = new InferClient({ serving: 'http://serving', token: 't', model: 'flights' });
  await expect(client.send([request(1)])).rejects.toThrow('answered 400: {"detail":"input hour: wrong type"}');
});
