/** @jest-environment ./examples/flights/test/native-arrays-environment.mjs */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { violations } from '@drawbridge/contracts';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { DAY_MS } from '../src/calendar.js';
import { flightModels } from '../src/models.js';
import { Replay } from '../src/replay.js';

const budget = 60_000;
let box: Sandbox;
let replay: Replay;
let labelsOfDays = 0;

beforeAll(async () => {
  box = await sandbox('flights');
  replay = await Replay.open({
    brokers: [box.facts.openBrokers],
    topicPrefix: box.prefix,
    models: await flightModels(),
    endpoint: 'flights-eta',
    idPrefix: 'test-',
  });
}, budget);

afterAll(async () => {
  await replay.close();
  await box.dispose();
});

test(
  'the listener without a password gets every flight once, in its window, as the ledger says',
  async () => {
    const first = await replay.day('2001-03-31', [{ version: '1', weight: 100, variant: 'stable' }]);
    const second = await replay.day('2001-04-01', [
      { version: '1', weight: 75, variant: 'stable' },
      { version: '2', weight: 25, variant: 'candidate' },
    ]);
    const sent = first.sent + second.sent;
    labelsOfDays = first.labels + second.labels;
    expect(replay.ledger.total()).toBe(sent);

    const events = await box.collect('prediction.logged', (seen) => seen.length >= sent, budget);
    expect(events).toHaveLength(sent);
    expect(new Set(events.map(({ key }) => key)).size).toBe(sent);
    expect(events.flatMap(({ data }) => violations('prediction.logged', data))).toEqual([]);
    expect(events.every(({ key, data }) => key === data.predictionId)).toBe(true);
    for (const row of replay.ledger.list()) {
      const start = Date.parse(row.windowStart);
      const inWindow = events.filter(
        ({ data }) => data.version === row.version && Math.floor((Date.parse(data.time) - start) / DAY_MS) === 0,
      );
      expect(inWindow).toHaveLength(row.total);
      expect(new Set(inWindow.map(({ data }) => data.variant))).toEqual(new Set([row.variant]));
    }

    const traced = events.filter(({ headers }) => headers['traceparent'] !== undefined);
    expect(traced.length / sent).toBeGreaterThan(0.002);
    expect(traced.length / sent).toBeLessThan(0.01);
    const late = events.filter(({ data }) => Date.parse(data.time) > Date.now());
    expect(late).toHaveLength(0);
  },
  budget,
);

test(
  'every flight gets its label, some of them twice',
  async () => {
    expect(await replay.labelsUntil('2001-04-01')).toBe(0);
    const sent = labelsOfDays + (await replay.labelsUntil('2001-04-23'));
    expect(replay.pendingLabels).toBe(0);
    const flights = replay.ledger.total();
    const labels = await box.collect('label.received', (seen) => seen.length >= sent, budget);
    expect(labels).toHaveLength(sent);
    expect(new Set(labels.map(({ data }) => data.predictionId)).size).toBe(flights);
    expect(labels.flatMap(({ data }) => violations('label.received', data))).toEqual([]);
    const corrected = labels.filter(({ data }) => data.revision === 2);
    expect(Math.abs(corrected.length / flights - 0.02)).toBeLessThan(0.005);
  },
  budget,
);
