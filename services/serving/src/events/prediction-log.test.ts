import { expect, test } from '@jest/globals';
import type { PredictionLogged } from '@drawbridge/contracts';
import type { OutgoingMessage } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import { anEndpoint, aTarget } from '../../test/an-endpoint.js';
import type { LoggedCall } from '../domain/prediction.js';
import { PredictionLog } from './prediction-log.js';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

function aCall(predictionId: string, version = '1', rows = 1): LoggedCall {
  return {
    endpoint: anEndpoint(),
    target: aTarget({ version }),
    identity: { predictionId, time: new Date(0) },
    rows,
    latencyMs: 1,
    traceparent: '00-a-b-01',
  };
}

/** A log over a Kafka that can be switched off. */
function aLog(limitRows = 100) {
  const sends: OutgoingMessage[][] = [];
  const dropped: Record<string, number> = {};
  const kafka = { away: false };
  const log = new PredictionLog({
    async produce(messages) {
      if (kafka.away) throw new Error('no broker');
      sends.push([...messages]);
    },
    log: silent,
    limitRows,
    lingerMs: 1,
    retryMs: 1,
    onDropped: (reason, rows) => {
      dropped[reason] = (dropped[reason] ?? 0) + rows;
    },
  });
  const events = (): PredictionLogged[] => sends.flat().map((message) => JSON.parse(String(message.value)) as PredictionLogged);
  return { log, kafka, sends, dropped, events };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

test('predictions travel together, in order, with two headers', async () => {
  const { log, sends } = aLog();
  for (const id of ['a', 'b', 'c']) log.offer(aCall(id));
  await settle();
  expect(sends).toHaveLength(1);
  expect(sends[0]!.map((message) => message.key)).toEqual(['a', 'b', 'c']);
  expect(sends[0]![0]!.headers).toEqual({ 'content-type': 'application/json', traceparent: '00-a-b-01' });
  expect(log.waitingRows).toBe(0);
});

test('while Kafka is away calls wait, then are lost and counted, and the loss is announced per version', async () => {
  const { log, kafka, dropped, events } = aLog(3);
  kafka.away = true;
  expect(['a', 'b', 'c', 'd', 'e'].map((id) => log.offer(aCall(id)))).toEqual([true, true, true, false, false]);
  expect(log.offer(aCall('other', '2'))).toBe(false);
  await settle();
  expect(dropped).toEqual({ 'queue-full': 3 });
  expect(log.waitingRows).toBe(3);
  kafka.away = false;
  await settle();
  expect(events().map((event) => [event.predictionId, event.dropped])).toEqual([
    ['a', 2],
    ['b', undefined],
    ['c', undefined],
  ]);
  log.offer(aCall('f'));
  log.offer(aCall('g', '2'));
  log.offer(aCall('h'));
  await settle();
  expect(
    events()
      .slice(3)
      .map((event) => [event.predictionId, event.version, event.dropped]),
  ).toEqual([
    ['f', '1', undefined],
    ['g', '2', 1],
    ['h', '1', undefined],
  ]);
});

test('a batch counts with all its rows', async () => {
  const { log, events } = aLog(10);
  expect(log.offer(aCall('a', '1', 8))).toBe(true);
  expect(log.offer(aCall('b', '1', 8))).toBe(false);
  await settle();
  expect(events()).toHaveLength(8);
});

test('stopping sends what waits', async () => {
  const { log, events, dropped } = aLog();
  log.offer(aCall('a'));
  await log.stop(1000);
  expect(events()).toHaveLength(1);
  expect(dropped).toEqual({});
});

test('stopping without Kafka ends in time and counts the loss', async () => {
  const { log, kafka, dropped } = aLog();
  kafka.away = true;
  log.offer(aCall('a'));
  await settle();
  log.offer(aCall('b'));
  const begun = Date.now();
  await log.stop(50);
  expect(Date.now() - begun).toBeLessThan(500);
  expect(dropped['shutdown']).toBe(2);
});

test('a row beyond the contract loses its features, not its place', async () => {
  const { log, events } = aLog();
  const text = { name: 'text', datatype: 'BYTES' as const, shape: [1], data: ['x'.repeat(300_000)] };
  log.offer({ ...aCall('a'), inputs: [text] });
  await settle();
  expect(events()[0]).toMatchObject({ predictionId: 'a', features: {} });
});
