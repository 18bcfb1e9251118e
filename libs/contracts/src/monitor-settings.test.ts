import { describe, expect, test } from '@jest/globals';
import { alertBudget, completeSettings, defaultSettings, settingProblems } from './monitor-settings.js';

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
    expect(fields({ segments: ['country', 'plan'] })).toEqual([]);
    expect(fields({ segments: ['a', 'b', 'c', 'd', 'e', 'f'] })).toEqual(['segments']);
    expect(fields({ segments: ['country', 'country'] })).toEqual(['segments']);
    expect(fields({ segments: ['country', '', 'a\u0000b'] })).toEqual(['segments.1', 'segments.2']);
  });

  test('a window too long to have a date opens no monitor that would hold up the counting of all others', () => {
    const problems = settingProblems(completeSettings({ windowSeconds: 1e300, idleSeconds: 1e300 }));
    expect(problems.map(({ field }) => field)).toEqual(expect.arrayContaining(['windowSeconds', 'horizonSeconds', 'idleSeconds']));
  });
});
