import { describe, expect, test } from '@jest/globals';
import { Random } from '../test/random.js';
import { addValue, buildBaseline } from './build-baseline.js';
import type { ColumnValue, FeatureSpec } from './feature.js';
import { judgeWindow } from './judge.js';
import { FeatureLayout } from './layout.js';
import { DEFAULT_POLICY, type JudgePolicy } from './policy.js';
import { WindowCounts } from './window-counts.js';

const features: FeatureSpec[] = [
  { name: 'amount', kind: 'numeric' },
  { name: 'region', kind: 'categorical' },
  { name: 'hour', kind: 'calendar', calendar: 'hour' },
  { name: 'weekday', kind: 'calendar', calendar: 'weekday' },
];
const regions = ['north', 'east', 'south', 'west', 'island'];
const cumulative = [0.4, 0.7, 0.85, 0.99, 1];

/** What a row of the world looks like; a change replaces some of it. */
type World = (random: Random) => ColumnValue[];
const ordinary: World = (random) => [
  random.normal() * 10 + 50,
  regions[random.pick(cumulative)]!,
  Math.floor(random.uniform() * 24),
  Math.floor(random.uniform() * 7),
];

const seedRandom = new Random(1);
const sample = Array.from({ length: 20_000 }, () => ordinary(seedRandom));
const baseline = buildBaseline({
  features,
  columns: Object.fromEntries(features.map(({ name }, f) => [name, sample.map((row) => row[f])])),
});
const layout = new FeatureLayout(baseline);

function windowOf(world: World, rows: number, random: Random): WindowCounts {
  const window = new WindowCounts(layout);
  for (let i = 0; i < rows; i += 1) {
    window.addRow();
    world(random).forEach((value, slot) => addValue(window, slot, value));
  }
  return window;
}

function judge(world: World, rows = 1000, policy: JudgePolicy = DEFAULT_POLICY, covers: ('hour' | 'weekday')[] = ['hour']) {
  return judgeWindow({ baseline, counts: windowOf(world, rows, new Random(99)), policy, covers });
}

const changed =
  (change: (row: ColumnValue[], random: Random) => void): World =>
  (random) => {
    const row = ordinary(random);
    change(row, random);
    return row;
  };

describe('what is found', () => {
  test.each<[string, string[], World]>([
    ['nothing in an ordinary window', [], ordinary],
    ['a shifted amount', ['amount'], changed((row) => (row[0] = (row[0] as number) + 4))],
    ['a wider amount', ['amount'], changed((row) => (row[0] = 50 + ((row[0] as number) - 50) * 1.5))],
    ['an amount stuck in a tenth of the rows', ['amount'], changed((row, r) => r.uniform() < 0.1 && (row[0] = 50))],
    ['another unit', ['amount'], changed((row) => (row[0] = (row[0] as number) * 1000))],
    ['a region that doubled', ['region'], changed((row, r) => r.uniform() < 0.25 && (row[1] = 'east'))],
    ['a region nobody knew', ['region'], changed((row, r) => r.uniform() < 0.2 && (row[1] = 'moon'))],
    ['hours off by five', ['hour'], changed((row, r) => (row[2] = Math.floor(Math.sqrt(r.uniform()) * 24)))],
  ])('%s', (_what, alarming, world) => {
    const verdict = judge(world);
    expect(verdict.features.filter((f) => f.alarming).map((f) => f.feature)).toEqual(alarming);
    expect(verdict.judged).toBe(true);
  });

  test.each<[string, string, World]>([
    ['missing', 'amount', changed((row, r) => r.uniform() < 0.1 && (row[0] = null))],
    ['invalid', 'hour', changed((row, r) => r.uniform() < 0.1 && (row[2] = 99))],
    ['out-of-range', 'amount', changed((row, r) => r.uniform() < 0.1 && (row[0] = 1e6))],
    ['unseen', 'region', changed((row, r) => r.uniform() < 0.1 && (row[1] = 'moon'))],
  ])('a rising rate of %s values', (check, feature, world) => {
    const verdict = judge(world);
    expect(verdict.alarming).toBe(true);
    const alarms = verdict.quality.flatMap((q) => q.alarms.map((alarm) => [q.feature, alarm.check]));
    expect(alarms).toEqual([[feature, check]]);
  });
});

describe('what is left alone', () => {
  test('a change within the materiality, however many rows show it', () => {
    const slightly = changed((row) => (row[0] = (row[0] as number) + 1));
    expect(judge(slightly, 60_000, { ...DEFAULT_POLICY, materiality: 0.02 }).alarming).toBe(false);
    expect(judge(slightly, 60_000, { ...DEFAULT_POLICY, materiality: 0.001 }).alarming).toBe(true);
  });

  test('too few rows', () => {
    expect(judge(ordinary, 199)).toMatchObject({ judged: false, alarming: false, features: [] });
    expect(judge(ordinary, 199).skipped[0]!.reason).toBe('the window has 199 rows, fewer than 200');
  });

  test('an hour in a window that does not cover the day, and any weekday', () => {
    const verdict = judge(ordinary, 1000, DEFAULT_POLICY, []);
    expect(verdict.skipped.map((s) => s.feature)).toEqual(['hour', 'weekday']);
  });
});

describe('evidence', () => {
  const verdict = judge(changed((row, r) => r.uniform() < 0.25 && (row[1] = 'east')));
  const region = verdict.features[0]!;

  test('names the cell that moved most', () => {
    expect(region.topCells[0]).toMatchObject({ cell: 'east' });
    expect(region.topCells[0]!.window).toBeGreaterThan(region.topCells[0]!.reference + 0.1);
  });

  test('has an effect inside its interval, and a p-value that matches the statistic', () => {
    const { effect, pValue, statistic, threshold } = region;
    expect(effect.low).toBeLessThan(effect.size);
    expect(effect.size).toBeLessThan(effect.high);
    expect(effect.low).toBeGreaterThan(DEFAULT_POLICY.materiality);
    expect(-Math.log10(pValue)).toBeCloseTo(statistic, 9);
    expect(statistic).toBeGreaterThan(threshold);
  });

  test('is finite JSON', () => {
    const extreme = judge(
      changed((row) => (row[0] = (row[0] as number) * 1e9)),
      20_000,
    );
    expect(JSON.parse(JSON.stringify(extreme))).toEqual(extreme);
  });

  test('is the same for the same counts', () => {
    expect(judge(ordinary)).toEqual(judge(ordinary));
  });
});

test('a policy out of bounds is refused by name', () => {
  expect(() => judge(ordinary, 500, { ...DEFAULT_POLICY, assurance: 1 })).toThrow('assurance');
  expect(() => judge(ordinary, 500, { ...DEFAULT_POLICY, budget: { atMost: 0, perWindows: 30 } })).toThrow('budget');
});
