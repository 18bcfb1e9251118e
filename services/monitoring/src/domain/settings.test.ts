import { describe, expect, test } from '@jest/globals';
import { alertBudget, completeSettings, defaultSettings, settingProblems } from './settings.js';
import { arrivalOf, windowStart } from './window-time.js';
import { silenceOf } from './stall.js';
import { trafficChange } from './traffic.js';

describe('settings', () => {
  test('defaults fill what is absent', () => {
    expect(completeSettings(undefined)).toEqual(defaultSettings);
    expect(completeSettings({ windowSeconds: 86_400 * 3 }).horizonSeconds).toBe(86_400 * 6);
    expect(completeSettings({ windowSeconds: 86_400 * 3, horizonSeconds: 5 }).horizonSeconds).toBe(5);
  });

  test.each([
    ['500w', 3600, 500],
    ['30d', 3600, 720],
    ['30d', 86_400, 30],
    ['12h', 3600, 12],
  ])('a budget per %s with windows of %d s is one per %d windows', (per, windowSeconds, perWindows) => {
    expect(alertBudget({ budget: { atMost: 1, per }, windowSeconds })).toEqual({ atMost: 1, perWindows });
  });

  test('what contradicts itself is named', () => {
    const fields = (given: Parameters<typeof completeSettings>[0]): string[] =>
      settingProblems(completeSettings(given)).map(({ field }) => field);
    expect(fields({})).toEqual([]);
    expect(fields({ budget: { atMost: 1, per: 'soon' } })).toEqual(['budget.per']);
    expect(fields({ budget: { atMost: 20, per: '10w' } })).toEqual(['budget']);
    expect(fields({ horizonSeconds: 1, latenessSeconds: 2 })).toEqual(['horizonSeconds']);
  });

  test('a window too long to have a date opens no monitor that would hold up the counting of all others', () => {
    const problems = settingProblems(completeSettings({ windowSeconds: 1e300, idleSeconds: 1e300 }));
    expect(problems.map(({ field }) => field)).toEqual(expect.arrayContaining(['windowSeconds', 'horizonSeconds', 'idleSeconds']));
  });
});

describe('event time', () => {
  const timing = { windowMs: 60_000, latenessMs: 10_000, horizonMs: 600_000 };

  test('windows are aligned to 1970, before it too', () => {
    expect([windowStart(119_999, 60_000), windowStart(120_000, 60_000), windowStart(-1, 60_000)]).toEqual([60_000, 120_000, -60_000]);
  });

  test.each([
    [-Infinity, 'in-time'],
    [69_999, 'in-time'],
    [70_000, 'late'],
    [659_999, 'late'],
    [660_000, 'beyond-horizon'],
  ])('with a watermark of %d a row of the first window is %s', (watermark, arrival) => {
    expect(arrivalOf(0, watermark, timing)).toBe(arrival);
  });
});

describe('silence', () => {
  const now = 10_000_000;
  const arrivals = { seenMs: now - 400_000, eventMs: now - 401_000, recentRows: [3600, 3700, 10], windowSeconds: 3600 };

  test('of a live stream is a stall', () => {
    expect(silenceOf(arrivals, now, 300_000)).toEqual({ stalled: true, expectedEverySeconds: 1 });
  });

  test('is none before the least time, nor before twenty usual gaps', () => {
    expect(silenceOf(arrivals, now, 500_000).stalled).toBe(false);
    expect(silenceOf({ ...arrivals, recentRows: [100] }, now, 300_000).stalled).toBe(false);
  });

  test('after a replay of the past is none', () => {
    expect(silenceOf({ ...arrivals, eventMs: now - 86_400_000 }, now, 300_000).stalled).toBe(false);
  });

  test('is unknown before a window closed', () => {
    expect(silenceOf({ ...arrivals, recentRows: [] }, now, 300_000)).toEqual({ stalled: false, expectedEverySeconds: undefined });
  });
});

describe('traffic', () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 5, 0, minute));
  const monitor = { version: '1', status: 'active' as const, trafficAt: at(5), closedAt: null, variant: 'stable' as const };
  const share = { version: '1', weight: 90, variant: 'stable' as const };

  test('follows the newest word', () => {
    expect(trafficChange(monitor, [share], at(6))).toEqual({ variant: 'stable', weight: 90, reopen: false });
    expect(trafficChange(monitor, [share], at(4))).toBeUndefined();
    expect(trafficChange(monitor, [], at(6))).toEqual({ variant: 'stable', weight: 0, reopen: false });
  });

  test('opens a version that comes back, but not by an older word', () => {
    const closed = { ...monitor, status: 'closed' as const, closedAt: at(7) };
    expect(trafficChange(closed, [share], at(8))?.reopen).toBe(true);
    expect(trafficChange(closed, [share], at(6))?.reopen).toBe(false);
  });
});
