/** @jest-environment ./examples/flights/test/native-arrays-environment.mjs */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { assetPath, flightModels } from './models.js';
import type { FeatureBatch } from './pipeline.js';
import { Scorer } from './score.js';

interface ParityRow {
  features: { distance: number; hour: number; weekday: number; origin: string; destination: string };
  probability: Record<string, number>;
}

const parity = JSON.parse(readFileSync(assetPath('models/parity.json'), 'utf8')) as ParityRow[];
const models = await flightModels();

const batch: FeatureBatch = {
  length: parity.length,
  distance: Float32Array.from(parity, (row) => row.features.distance),
  hour: Float32Array.from(parity, (row) => row.features.hour),
  weekday: Float32Array.from(parity, (row) => row.features.weekday),
  origin: parity.map((row) => row.features.origin),
  destination: parity.map((row) => row.features.destination),
};

test.each(Object.keys(models))('version %s is the committed file and scores here as it did in Python', async (version) => {
  const model = models[version]!;
  expect(createHash('sha256').update(readFileSync(model.onnx)).digest('hex')).toBe(model.sha256);
  const scorer = await Scorer.load(model.onnx);
  const { probability, label } = await scorer.score(batch);
  await scorer.close();
  for (const [i, row] of parity.entries()) {
    expect(Math.abs(probability[i]! - row.probability[version]!)).toBeLessThan(1e-6);
    expect(label[i]).toBe(probability[i]! >= 0.5 ? 1 : 0);
  }
});

test('an empty batch has no scores', async () => {
  const scorer = await Scorer.load(models['1']!.onnx);
  const empty: FeatureBatch = {
    length: 0,
    distance: new Float32Array(0),
    hour: new Float32Array(0),
    weekday: new Float32Array(0),
    origin: [],
    destination: [],
  };
  expect((await scorer.score(empty)).probability).toHaveLength(0);
  await scorer.close();
});
