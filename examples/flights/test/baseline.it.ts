/** @jest-environment ./examples/flights/test/native-arrays-environment.mjs */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { flightBaseline } from '../src/baseline.js';
import { assetPath, flightModels } from '../src/models.js';

test('the baseline counts every training row, by day, with the airports that were seen', async () => {
  const model = (await flightModels())['1']!;
  const report = JSON.parse(readFileSync(assetPath('report.json'), 'utf8')) as { data: { trainingRows: number } };
  const baseline = await flightBaseline(model);
  expect(baseline.rows).toBe(report.data.trainingRows);
  expect(baseline.features.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    'distance: numeric',
    'hour: calendar',
    'weekday: calendar',
    'origin: categorical',
    'destination: categorical',
  ]);
  for (const { counts } of [...baseline.features, baseline.prediction!]) {
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(baseline.rows);
  }
  expect(baseline.periods).toHaveLength(59);
  expect(baseline.performance).toEqual(model.holdout);
  expect(JSON.stringify(baseline).length).toBeLessThan(100_000);
}, 30_000);
