import { expect, test } from '@jest/globals';
import { createLogger } from '@drawbridge/telemetry';
import { Evaluator } from './evaluator.js';

/** As the driver says that a check refused a value. */
const refusal = (): Error => Object.assign(new Error('unforeseen'), { code: '23514' });

test('a window with a label that the database refuses is set right after the others, any other failure is left for the next round', async () => {
  const due = ['refused', 'broken', 'fine'].map((monitorId) => ({ monitorId, startMs: 0, upTo: '1', labels: 1, mustCount: true }));
  const failures: Readonly<Record<string, Error>> = { refused: refusal(), broken: new Error('the connection is lost') };
  const happened: string[] = [];
  const joins = {
    waitForJoins: () => Promise.resolve(),
    joinWindow: (_: unknown, monitorId: string) => {
      happened.push(monitorId);
      return failures[monitorId] === undefined ? Promise.resolve() : Promise.reject(failures[monitorId]);
    },
  };
  const performances = {
    due: () => Promise.resolve(due),
    overdue: () => Promise.resolve([]),
    answered: () => Promise.resolve(),
    measurable: () => Promise.resolve(true),
    state: () => Promise.resolve({ revision: 0, noted: 0, digest: '', labelled: 0, ofN: 0 }),
    clockMs: () => Promise.resolve(-Infinity),
    count: () => Promise.resolve({ ofN: 10, keptShare: 1 }),
    labelledCount: () => Promise.resolve(0),
    save: () => Promise.resolve(),
  };
  const settings = { windowSeconds: 60, labelHorizonSeconds: 60, labelCoverage: 1 };
  const evaluator = new Evaluator(
    { transaction: (work: (tx: unknown) => Promise<unknown>) => work({}) } as never,
    { lock: (_: unknown, id: string) => Promise.resolve({ id, settings }) } as never,
    {} as never,
    performances as never,
    joins as never,
    {
      joinApart: (monitorId) => {
        happened.push(`${monitorId} apart`);
        return Promise.resolve();
      },
    },
    {} as never,
    { log: createLogger('test', { write: () => true }), measured: () => undefined },
  );
  expect(await evaluator.run()).toBe(3);
  expect(happened).toEqual(['refused', 'broken', 'fine', 'refused apart']);
});
