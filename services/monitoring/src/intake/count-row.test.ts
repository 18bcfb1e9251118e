import { expect, test } from '@jest/globals';
import { buildBaseline, FeatureLayout, type FeatureSpec, WindowCounts } from '@drawbridge/drift';
import { batchOf, seeded } from '../../test/world.js';
import type { StoredText } from '../persistence/kept-rows.js';
import { countRow, countRowNow } from './count-row.js';
import { PredictionReader } from './prediction.reader.js';

const REGIONS = ['north', 'south', 'größer', 'null', 'true', '7'];

/** Values of every kind for a numeric and a categorical feature, among them edges of bins with all digits of a double. */
function aValue(random: () => number, edges: readonly number[]): unknown {
  const pick = random();
  if (pick < 0.3) return edges[Math.floor(random() * edges.length)];
  if (pick < 0.7) return random() * 120 - 10;
  if (pick < 0.8) return Math.round(random() * 1000) / 10;
  if (pick < 0.85) return null;
  if (pick < 0.9) return random() < 0.5;
  return REGIONS[Math.floor(random() * REGIONS.length)];
}

function textOf(text: StoredText): string {
  return typeof text === 'string' ? text : Buffer.from(text.bytes.subarray(text.from, text.to)).toString();
}

test('what is counted by position is counted as by the reference decoder, to the last bin', () => {
  const random = seeded(7);
  const sample = Array.from({ length: 5000 }, () => random() * 100);
  const layout = new FeatureLayout(
    buildBaseline({
      features: [
        { name: 'age', kind: 'numeric' },
        { name: 'region', kind: 'categorical' },
        { name: 'absent', kind: 'numeric' },
      ],
      columns: { age: sample, region: sample.map((_, index) => REGIONS[index % 5]!), absent: sample },
      prediction: { spec: { name: 'score', kind: 'numeric' }, values: sample.map((x) => x / 100) },
    }),
  );
  const { feature } = layout.slots[0]!;
  const edges = feature.kind === 'numeric' ? [...feature.edges, feature.min!, feature.max!] : [];
  const values = Array.from({ length: 4000 }, (_, index) =>
    Buffer.from(
      JSON.stringify({
        predictionId: `p-${index}`,
        time: '2026-01-05T00:00:00.000Z',
        model: 'credit',
        version: '1',
        features: { region: aValue(random, edges), age: aValue(random, edges), other: index },
        // Many of them are edges of the output's own bins.
        output: { score: sample[index]! / 100 },
        latencyMs: random() * 9,
      }),
    ),
  );
  const reader = new PredictionReader();
  const counts = new WindowCounts(layout);
  const atOnce = new WindowCounts(layout);
  const expected = new WindowCounts(layout);
  const batch = batchOf(values);
  reader.use(batch);
  for (const [index, value] of values.entries()) {
    expect(reader.read(index, Infinity)).toBeUndefined();
    expect(JSON.parse(textOf(reader.storedFeatures()!))).toEqual((JSON.parse(value.toString()) as { features: unknown }).features);
    countRow(counts, layout, reader);
    countRowNow(atOnce, layout, reader);
    // Alone it knows no form, so that everything goes through the reference.
    const alone = new PredictionReader();
    alone.use(batch);
    alone.read(index, Infinity);
    expect(alone.body).toBeUndefined();
    countRow(expected, layout, alone);
    expect([reader.row.score, reader.row.latencyMs]).toEqual([alone.row.score, alone.row.latencyMs]);
  }
  reader.settle();
  expect([...counts.counts]).toEqual([...expected.counts]);
  expect([...atOnce.counts]).toEqual([...expected.counts]);
  counts.sums.forEach((sum, at) => expect(sum).toBeCloseTo(expected.sums[at]!, 6));
  // Values beyond ASCII and the first of each form aside.
  expect(reader.tiers.position).toBeGreaterThan(3000);
});

test('a feature with the name of something every object inherits counts as missing when it is absent, and as itself when it is there', () => {
  const names = ['constructor', 'toString', '__proto__'];
  const columns = Object.fromEntries(names.map((name) => [name, [1, 2, 3, 4]]));
  const layout = new FeatureLayout(buildBaseline({ features: names.map((name) => ({ name, kind: 'numeric' as const })), columns }));
  const absent = Array.from({ length: 20 }, (_, i) => `{"other":${i}}`);
  const present = Array.from({ length: 20 }, (_, i) => `{${names.map((name) => `"${name}":${i % 4}`).join(',')}}`);
  const values = [...absent, ...present, 'null'].map((features, i) =>
    Buffer.from(
      `{"predictionId":"p-${i}","time":"2026-01-05T00:00:00.000Z","model":"m","version":"1","output":{}${features === 'null' ? '' : `,"features":${features}`}}`,
    ),
  );
  const batch = batchOf(values);
  const known = new PredictionReader();
  for (const alone of [false, true]) {
    const counts = new WindowCounts(layout);
    for (const index of values.keys()) {
      const reader = alone ? new PredictionReader() : known;
      reader.use(batch);
      expect(reader.read(index, Infinity)).toBeUndefined();
      countRow(counts, layout, reader);
    }
    expect(names.map((_, slot) => [counts.missing(slot), counts.invalid(slot)])).toEqual(names.map(() => [21, 0]));
  }
  expect(known.tiers.position).toBeGreaterThan(0);
});

test('the output is counted as its baseline knows it: a score or else a value, a class or else a value', () => {
  const outputs = [{ score: 0.2, class: 'yes' }, { value: 0.9 }, { value: 'yes' }, { class: 'new' }, { value: true }, {}];
  const values = outputs.map((output, i) =>
    Buffer.from(JSON.stringify({ predictionId: `p-${i}`, time: '2026-01-05T00:00:00.000Z', model: 'm', version: '1', output })),
  );
  const counted = (spec: FeatureSpec, sample: (number | string)[]): WindowCounts => {
    const layout = new FeatureLayout(buildBaseline({ features: [], columns: {}, prediction: { spec, values: sample } }));
    const counts = new WindowCounts(layout);
    const reader = new PredictionReader();
    reader.use(batchOf(values));
    for (const index of values.keys()) {
      expect(reader.read(index, Infinity)).toBeUndefined();
      countRow(counts, layout, reader);
    }
    reader.settle();
    return counts;
  };
  const score = counted({ name: 'score', kind: 'numeric' }, [0, 0.5, 1]);
  expect([score.missing(0), score.invalid(0), [...score.cells(0)].reduce((sum, n) => sum + n, 0)]).toEqual([2, 1, 6]);
  const answer = counted({ name: 'answer', kind: 'categorical' }, ['yes', 'no', 'true']);
  // Cells in the order of frequency and name, then other known values, unseen, missing, invalid: 0.9 and "new" are unseen.
  expect([...answer.cells(0)]).toEqual([0, 1, 2, 0, 2, 1, 0]);
});
