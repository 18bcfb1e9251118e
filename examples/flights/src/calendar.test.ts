import { describe, expect, test } from '@jest/globals';
import { DAY_MS, dayName, daysBetween, dayStart, easternHoursBehindUtc, hourOf, WEEK_MS, weekdayOf, wholeWeekShift } from './calendar.js';

const at = (text: string): number => Date.parse(`${text}:00.000Z`);

describe('the offset of US Eastern time in 2001', () => {
  test.each([
    ['2001-01-01T00:00', 5],
    ['2001-04-01T01:59', 5],
    ['2001-04-01T02:00', 4],
    ['2001-07-04T12:00', 4],
    ['2001-10-28T01:59', 4],
    ['2001-10-28T02:00', 5],
    ['2001-12-31T23:59', 5],
  ])('%s local is %i hours behind UTC', (local, hours) => {
    expect(easternHoursBehindUtc(at(local))).toBe(hours);
  });

  test.each([
    ['2000-04-02T02:00', 4],
    ['2000-04-02T01:59', 5],
    ['2000-10-29T02:00', 5],
    ['2006-04-02T03:00', 4],
  ])('the rule holds in neighbouring years: %s', (local, hours) => {
    expect(easternHoursBehindUtc(at(local))).toBe(hours);
  });
});

describe('the shift', () => {
  test.each(['2026-11-23T13:45', '2026-11-22T00:00', '2030-02-28T23:59'])('from %s is whole weeks and ends before now', (now) => {
    const shift = wholeWeekShift(at(now));
    expect(shift % WEEK_MS).toBe(0);
    const labelsEnd = at('2001-07-01T00:00') + 3 * WEEK_MS + shift;
    expect(labelsEnd).toBeLessThanOrEqual(at(now));
    expect(at(now) - labelsEnd).toBeLessThan(WEEK_MS);
  });

  test('keeps weekday and hour', () => {
    const shift = wholeWeekShift(at('2026-11-23T13:45'));
    const monday = at('2001-03-05T17:30');
    expect(new Date(monday + shift).getUTCDay()).toBe(1);
    expect([weekdayOf(monday + shift), hourOf(monday + shift)]).toEqual([0, 17]);
  });
});

test('Sunday is the last day of the week, as in the training script', () => {
  expect([weekdayOf(at('2001-03-04T12:00')), weekdayOf(at('2001-03-10T12:00'))]).toEqual([6, 5]);
});

test('days are named, counted and refused when malformed', () => {
  expect(daysBetween('2001-02-27', '2001-03-02')).toEqual(['2001-02-27', '2001-02-28', '2001-03-01', '2001-03-02']);
  expect(dayName(dayStart('2001-03-05') + DAY_MS - 1)).toBe('2001-03-05');
  expect(() => dayStart('5 March 2001')).toThrow('not a day such as 2001-03-05');
});
