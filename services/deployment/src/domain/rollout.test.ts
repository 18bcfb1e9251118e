import { describe, expect, test } from '@jest/globals';
import type { Comparison } from './guards.js';
import { afterComparison, baked, type Rollout } from './rollout.js';

const now = new Date('2026-11-20T00:00:00Z');
const steps = [
  { weight: 10, windows: 1, minSamples: 1 },
  { weight: 50, windows: 2, minSamples: 1 },
];
const rollout = (over: Partial<Rollout> = {}): Rollout => ({
  status: 'progressing',
  strategy: { kind: 'canary', steps },
  step: 0,
  windowsPassed: 0,
  stepEnteredAt: now,
  ...over,
});
const comparison = (over: Partial<Comparison> = {}): Comparison => ({
  verdict: 'pass',
  checks: [],
  summary: 'because',
  worldMoved: false,
  candidateOnly: [],
  common: [],
  ...over,
});

describe('a rollout after a comparison', () => {
  test.each([
    // rollout                                comparison                                        → decision
    [{}, {}, { kind: 'advance', step: 1 }],
    [{ step: 1 }, {}, { kind: 'stay', windowsPassed: 1 }],
    [{ step: 1, windowsPassed: 1 }, {}, { kind: 'promote' }],
    [{}, { verdict: 'fail' as const }, { kind: 'roll-back', why: 'because' }],
    [{}, { verdict: 'inconclusive' as const }, { kind: 'stay', windowsPassed: 0 }],
    [{}, { verdict: 'inconclusive' as const, worldMoved: true }, { kind: 'pause-for-retraining', why: 'because' }],
    [{ status: 'paused' as const }, { verdict: 'fail' as const }, { kind: 'stay', windowsPassed: 0 }],
    [{ status: 'promoted' as const }, {}, { kind: 'stay', windowsPassed: 0 }],
  ])('%j with %j → %j', (before, result, decision) => {
    expect(afterComparison(rollout(before), comparison(result), now)).toMatchObject(decision);
  });

  test('a step with a minimum time waits for it although its windows have passed', () => {
    const slow = rollout({
      windowsPassed: 1,
      strategy: { kind: 'canary', steps: [{ weight: 10, windows: 1, minSamples: 1, minWallSeconds: 60 }] },
    });
    expect(baked(slow, new Date(now.getTime() + 59_000))).toMatchObject({ kind: 'stay', why: '1 more seconds of this step' });
    expect(baked(slow, new Date(now.getTime() + 60_000))).toEqual({ kind: 'promote' });
  });
});
