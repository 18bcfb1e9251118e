import { describe, expect, test } from '@jest/globals';
import { Random } from '../test/random.js';
import { simulateBaseline, simulateWindow, type World } from '../test/worlds.js';
import { judgeWindow } from './judge.js';
import { DEFAULT_POLICY, type JudgePolicy } from './policy.js';

// A budget that a short run can exhaust. Long runs over many worlds: `npm run calibrate`.
const policy: JudgePolicy = { ...DEFAULT_POLICY, materiality: 0, budget: { atMost: 1, perWindows: 8 } };

describe('undrifted traffic', () => {
  test.each<[string, World]>([
    ['independent normal columns', { numeric: 3, categorical: 2 }],
    ['correlated columns with ties', { numeric: 3, categorical: 1, correlation: 0.7, step: 0.5 }],
    ['heavy tails and skewed categories', { numeric: 2, categorical: 2, tails: 3, categories: 40 }],
  ])('alarms within the budget, even without any materiality: %s', (_what, world) => {
    const windows = 60;
    const random = new Random(2024);
    const simulation = simulateBaseline(world, 4000, 1, random);
    let alarms = 0;
    for (let i = 0; i < windows; i += 1) {
      const counts = simulateWindow(simulation, world, 400, random);
      if (judgeWindow({ baseline: simulation.baseline, counts, policy }).alarming) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(windows / policy.budget.perWindows);
  });
});
