import { describe, expect, test } from '@jest/globals';
import type { PredictionLogged } from '@drawbridge/contracts';
import { CliError, fromAnswer } from '../errors.js';
import { type Refused, Sending } from './sending.js';

const prediction = (predictionId: string): PredictionLogged => ({
  predictionId,
  time: '2026-03-05T12:00:00Z',
  model: 'm',
  version: '1',
  output: {},
});

/** A platform that answers as it is told, once per request, and with success afterwards. */
function platform(...answers: readonly unknown[]) {
  const left = [...answers];
  const posted: string[][] = [];
  const refused: Refused[] = [];
  const clock = { now: 0, sent: 0 };
  const sending = new Sending({
    api: {
      post: (async (_path: string, body: { events: { data: PredictionLogged }[] }) => {
        posted.push(body.events.map(({ data }) => data.predictionId));
        const answer = left.shift();
        if (answer !== undefined) throw answer;
        return { accepted: body.events.length };
      }) as never,
    },
    sent: (rows) => void (clock.sent += rows),
    refused: (fault) => void refused.push(fault),
    pause: async (ms) => void (clock.now += ms),
    now: () => clock.now,
    patienceMs: 60_000,
  });
  return { sending, posted, refused, clock };
}

const busy = fromAnswer(503, { code: 'DBR-KAFKA-UNAVAILABLE', detail: 'away', retryable: true }, 'POST');

describe('sending', () => {
  test('goes in bounded batches, one after the other', async () => {
    const { sending, posted, clock } = platform();
    for (let i = 0; i < 2500; i += 1) await sending.add({ file: 'f', number: i }, prediction(`p${String(i)}`));
    await sending.flush();
    expect(posted.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(clock.sent).toBe(2500);
  });

  test('leaves out what is refused, tells its line, and sends the others', async () => {
    const errors = [
      { field: 'events.1.data.time', message: 'lies ahead' },
      { field: 'events.2.data.features.age', message: 'is deep' },
    ];
    const { sending, posted, refused, clock } = platform(fromAnswer(400, { code: 'DBR-INVALID', detail: 'wrong', errors }, 'POST'));
    for (const [number, id] of ['a', 'b', 'c', 'd'].entries()) await sending.add({ file: 'f', number }, prediction(id));
    await sending.flush();
    expect(posted).toEqual([
      ['a', 'b', 'c', 'd'],
      ['a', 'd'],
    ]);
    expect(refused).toEqual([
      { file: 'f', number: 1, field: 'time', message: 'lies ahead' },
      { file: 'f', number: 2, field: 'features.age', message: 'is deep' },
    ]);
    expect(clock.sent).toBe(2);
  });

  test('is patient with a platform that is busy, with the same ids, and not for ever', async () => {
    const { sending, posted } = platform(busy, busy);
    await sending.add({ file: 'f', number: 1 }, prediction('a'));
    await sending.flush();
    expect(posted).toEqual([['a'], ['a'], ['a']]);

    const away = platform(...Array.from({ length: 100 }, () => busy));
    await away.sending.add({ file: 'f', number: 1 }, prediction('a'));
    await expect(away.sending.flush()).rejects.toThrow(CliError);
    expect(away.clock.now).toBeLessThanOrEqual(60_000);
  });

  test('stops when the fault is not in a line, such as a key that may not', async () => {
    const { sending } = platform(fromAnswer(403, { code: 'DBR-FORBIDDEN', detail: 'no' }, 'POST'));
    await sending.add({ file: 'f', number: 1 }, prediction('a'));
    await expect(sending.flush()).rejects.toMatchObject({ exitCode: 5 });
  });
});
