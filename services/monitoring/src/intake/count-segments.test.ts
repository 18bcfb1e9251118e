import { expect, test } from '@jest/globals';
import { buildBaseline, FeatureLayout } from '@drawbridge/drift';
import { batchOf, seeded } from '../../test/world.js';
import type { Target } from '../domain/routing.js';
import { NONE } from '../domain/segment-values.js';
import type { Tally } from '../domain/tally.js';
import { WindowPart } from '../domain/window-part.js';
import { countRow } from './count-row.js';
import { countSegments } from './count-segments.js';
import { PredictionReader } from './prediction.reader.js';

const PLANS = ['basic', 'plus', 'größer', ''];
const CLASSES = ['stay', 'leave', 'rare', 'new'];

const layout = new FeatureLayout(
  buildBaseline(
    {
      features: [
        { name: 'age', kind: 'numeric' },
        { name: 'member', kind: 'categorical' },
      ],
      columns: { age: Array.from({ length: 3000 }, (_, i) => i % 90), member: Array.from({ length: 3000 }, (_, i) => i % 3 === 0) },
      prediction: {
        spec: { name: 'answer', kind: 'categorical' },
        values: Array.from({ length: 3000 }, (_, i) => (i % 1000 === 0 ? 'rare' : i % 2 === 0 ? 'stay' : 'leave')),
      },
    },
    { maxCategories: 2 },
  ),
);
const target: Pick<Target, 'segments' | 'layout'> = { segments: ['plan', 'constructor'], layout };

test('a row is counted under its value of each declared key, in the same way by position and by the reference decoder', () => {
  const random = seeded(3);
  const values = Array.from({ length: 800 }, (_, i) =>
    Buffer.from(
      JSON.stringify({
        predictionId: `p-${i}`,
        time: '2026-01-05T00:00:00.000Z',
        model: 'churn',
        version: '1',
        features: { age: Math.floor(random() * 90), member: random() < 0.4 },
        output: random() < 0.1 ? { value: null } : { class: CLASSES[Math.floor(random() * CLASSES.length)], score: random() },
        latencyMs: i % 7,
        status: random() < 0.1 ? 'error' : 'ok',
        ...(random() < 0.2 ? {} : { segments: { plan: PLANS[Math.floor(random() * PLANS.length)], undeclared: 'x' } }),
      }),
    ),
  );
  const reader = new PredictionReader();
  const part = new WindowPart(layout);
  const expected = new WindowPart(layout);
  const batch = batchOf(values);
  reader.use(batch);
  for (const index of values.keys()) {
    expect(reader.read(index, Infinity)).toBeUndefined();
    count(part, reader);
    // Alone it knows no form, so that everything goes through the reference.
    const alone = new PredictionReader();
    alone.use(batch);
    alone.read(index, Infinity);
    expect(alone.body).toBeUndefined();
    count(expected, alone);
  }
  reader.settle();
  expect(reader.tiers.position).toBeGreaterThan(400);
  for (const key of target.segments) {
    const found = part.segment(key).entries();
    expect(found.map(plain)).toEqual(expected.segment(key).entries().map(plain));
    // Every row is in one segment of each key, and so is every value of it.
    expect(found.reduce((sum, { tally }) => sum + tally.n, 0)).toBe(values.length);
    expect([...part.counts.counts]).toEqual(
      [...part.counts.counts].map((_, i) => found.reduce((sum, f) => sum + f.tally.counts.counts[i]!, 0)),
    );
  }
  expect(
    part
      .segment('plan')
      .entries()
      .map(({ value }) => value)
      .toSorted(),
  ).toEqual([NONE, 'basic', 'größer', 'plus']);
  expect(
    part
      .segment('constructor')
      .entries()
      .map(({ value }) => value),
  ).toEqual([NONE]);
  // The class that was predicted: two by name, another known one, one never seen, none.
  const classes = part.counts.cells(layout.predictionSlot);
  expect(classes).toHaveLength(6);
  expect([...classes.subarray(0, 5)].every((rows) => rows > 0)).toBe(true);
});

function count(part: WindowPart, reader: PredictionReader): void {
  if (!reader.row.failed) countRow(part.counts, layout, reader);
  countSegments(part, target, reader);
}

function plain({ value, tally }: { value: string; tally: Tally }): unknown {
  const { n, errors, latency, counts, scoreCount } = tally;
  return { value, n, errors, scoreCount, latency: [...latency], counts: [...counts.counts] };
}
