import { describe, expect, test } from '@jest/globals';
import type { FeatureFinding } from '@drawbridge/contracts';
import type { ArmWindow, WindowPair } from './arm-window.js';
import { pairWindows } from './arm-window.js';
import { compareArms } from './guards.js';

const step = { weight: 10, windows: 1, minSamples: 300 };
const finding = (feature: string, effect: number, alarming = true): FeatureFinding => ({
  feature,
  effect,
  alarming,
  statistic: alarming ? 12 : 0.1,
  threshold: 4,
});
const arm = (version: string, over: Partial<ArmWindow> = {}): ArmWindow => ({
  windowId: `w-${version}`,
  monitorId: `m-${version}`,
  version,
  start: '2026-11-20T00:00:00.000Z',
  end: '2026-11-21T00:00:00.000Z',
  n: version === '2' ? 650 : 5850,
  errors: 0,
  p95Ms: 10,
  verdict: 'quiet',
  features: [],
  eventId: `e-${version}`,
  chainId: 'c',
  ...over,
});
const pair = (candidate: Partial<ArmWindow> = {}, stable: Partial<ArmWindow> = {}): WindowPair => ({
  candidate: arm('2', candidate),
  stable: arm('1', stable),
});

describe('comparing the arms over one period', () => {
  test('two quiet arms with enough rows pass', () => {
    expect(compareArms(pair(), step)).toMatchObject({ verdict: 'pass', worldMoved: false });
  });

  test('a candidate that moved alone fails and names the feature', () => {
    const result = compareArms(
      pair({ verdict: 'alarming', features: [finding('hour', 0.97)] }, { features: [finding('hour', 0.003, false)] }),
      step,
    );
    expect(result).toMatchObject({ verdict: 'fail', worldMoved: false });
    expect(result.candidateOnly.map((each) => each.feature)).toEqual(['hour']);
    expect(result.summary).toContain('hour');
  });

  test('when both arms moved nobody is to blame: inconclusive, and the world moved', () => {
    const features = [finding('distance', 0.36), finding('origin', 1.2)];
    expect(compareArms(pair({ verdict: 'alarming', features }, { verdict: 'alarming', features }), step)).toMatchObject({
      verdict: 'inconclusive',
      worldMoved: true,
    });
  });

  test('a candidate with a mistake of its own fails although the world moved as well', () => {
    const common = [finding('origin', 1.2)];
    const result = compareArms(
      pair({ verdict: 'alarming', features: [...common, finding('hour', 0.97)] }, { verdict: 'alarming', features: common }),
      step,
    );
    expect(result).toMatchObject({ verdict: 'fail', worldMoved: false });
  });

  test('a feature at the edge of its threshold in both arms is not held against the candidate', () => {
    const result = compareArms(
      pair({ verdict: 'alarming', features: [finding('hour', 0.05)] }, { features: [finding('hour', 0.04, false)] }),
      step,
    );
    expect(result.verdict).toBe('inconclusive');
    expect(result.candidateOnly).toEqual([]);
  });

  test('a feature found by several tests is named once, by its strongest finding', () => {
    const features = [finding('distance', 0.06), finding('distance', 0.25)];
    const result = compareArms(pair({ verdict: 'alarming', features }, { verdict: 'alarming', features }), step);
    expect(result.common.map(({ feature, effect }) => [feature, effect])).toEqual([['distance', 0.25]]);
  });

  test('a candidate that moved is not blamed while the stable window is not judged', () => {
    const result = compareArms(pair({ verdict: 'alarming', features: [finding('hour', 0.97)] }, { verdict: 'insufficient' }), step);
    expect(result.verdict).toBe('inconclusive');
  });

  test.each([
    ['too few rows', { n: 299 }, {}, 'inconclusive'],
    ['the share of the step before', { n: 650 }, { n: 20_000 }, 'inconclusive'],
    ['more errors beyond doubt', { errors: 60 }, {}, 'fail'],
    ['perhaps more errors', { errors: 6 }, {}, 'inconclusive'],
    ['a slower candidate', { p95Ms: 60 }, {}, 'fail'],
    ['a slower candidate within the slack', { p95Ms: 25 }, {}, 'pass'],
    ['a window that was not judged', { verdict: 'unjudged' as const }, {}, 'inconclusive'],
  ])('%s → %s', (_, candidate, stable, verdict) => {
    expect(compareArms(pair(candidate, stable), step).verdict).toBe(verdict);
  });
});

describe('pairing windows', () => {
  test('a period waits until both arms have closed it, and periods come oldest first', () => {
    const day = (n: number, version: string): ArmWindow =>
      arm(version, { start: `2026-11-0${String(n)}`, end: `2026-11-0${String(n + 1)}`, windowId: `${version}-${String(n)}` });
    const pairs = pairWindows([day(3, '2'), day(1, '2'), day(2, '2')], [day(1, '1'), day(3, '1')]);
    expect(pairs.map((each) => each.candidate.windowId)).toEqual(['2-1', '2-3']);
  });
});
