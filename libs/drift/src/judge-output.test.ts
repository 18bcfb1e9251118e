import { describe, expect, test } from '@jest/globals';
import { buildBaseline } from './build-baseline.js';
import type { FeatureSpec } from './feature.js';
import { judgeWindow } from './judge.js';
import { FeatureLayout } from './layout.js';
import { DEFAULT_POLICY } from './policy.js';
import { WindowCounts } from './window-counts.js';

const DAY_MS = 86_400_000;
const ROWS = 1000;
const MONDAY = Date.UTC(2026, 0, 5);
const weekday: FeatureSpec = { name: 'weekday', kind: 'calendar', calendar: 'weekday' };
const size: FeatureSpec = { name: 'size', kind: 'numeric' };

/** Evenly spread values between 0 and 1, in the same order on every run. */
const spread = (i: number): number => (i * 0.618_033_988_75) % 1;
/** A model that answers higher at the end of the week. */
const scoreOn = (day: number, i: number): number => 0.1 * (day % 7) + 0.2 * spread(i);

function baselineOf(days: number, features: readonly FeatureSpec[]) {
  const rows = Array.from({ length: days * ROWS }, (_, row) => ({ day: Math.floor(row / ROWS), i: row % ROWS }));
  return buildBaseline({
    features,
    columns: { size: rows.map(({ i }) => spread(i + 7)), weekday: rows.map(({ day }) => day % 7) },
    times: rows.map(({ day, i }) => MONDAY + day * DAY_MS + i),
    prediction: { spec: { name: 'score', kind: 'numeric' }, values: rows.map(({ day, i }) => scoreOn(day, i)) },
  });
}

function judgeDay(days: number, features: readonly FeatureSpec[], score: (i: number) => number) {
  const baseline = baselineOf(days, features);
  const layout = new FeatureLayout(baseline);
  const counts = new WindowCounts(layout);
  for (let i = 0; i < ROWS; i += 1) {
    counts.addRow();
    for (const slot of layout.slots) {
      if (slot.name === 'size') counts.addNumeric(slot.index, spread(i + 7));
      if (slot.name === 'weekday') counts.addNumeric(slot.index, 6);
    }
    counts.addNumeric(layout.predictionSlot, score(i));
  }
  return judgeWindow({ baseline, counts, policy: DEFAULT_POLICY, covers: ['hour'], sums: [{ scale: 4, counts }] });
}

describe('a model that has seen the weekday', () => {
  const sunday = (i: number): number => scoreOn(6, i);

  test('may answer on a Sunday what it answered on the Sundays of the reference', () => {
    const verdict = judgeDay(28, [size, weekday], sunday);
    expect(verdict.alarming).toBe(false);
    expect(verdict.features.find(({ family }) => family === 'prediction')?.scale).toBe(1);
  });

  test('alarms when it answers what it answered on no day', () => {
    const verdict = judgeDay(28, [size, weekday], (i) => 1.6 + 0.2 * spread(i));
    expect(verdict.features.filter(({ alarming }) => alarming).map(({ feature }) => feature)).toEqual(['score']);
  });

  test('is not judged by its output when the reference has too few periods, and says so', () => {
    const verdict = judgeDay(14, [size, weekday], sunday);
    expect(verdict.skipped.find(({ feature }) => feature === 'score')?.reason).toContain('20 periods');
  });

  test('a model that has not seen it is judged against the whole reference', () => {
    const verdict = judgeDay(28, [size], sunday);
    expect(verdict.features.filter(({ alarming }) => alarming).map(({ feature }) => feature)).toEqual(['score']);
  });
});
