import { describe, expect, test } from '@jest/globals';
import { sampleFlights } from '../test/sample-flights.js';
import { DAY_MS } from './calendar.js';
import { isLate } from './flights.js';
import { labelsOf, LabelSchedule } from './labels.js';

const flights = sampleFlights(20_000, Date.UTC(2001, 0, 1));

describe('the labels of one flight', () => {
  const all = Array.from({ length: flights.length }, (_, i) => labelsOf(flights, i));

  test('the last one is the truth and comes after the arrival, within fourteen days and a week for a correction', () => {
    for (const [i, labels] of all.entries()) {
      const last = labels.at(-1)!;
      expect(last.value === 1).toBe(isLate(flights.delay[i]!));
      const waited = labels[0]!.time - flights.time[i]!;
      expect(waited > 1_800_000 && waited < 14.2 * DAY_MS).toBe(true);
      expect(last.time - labels[0]!.time <= 7 * DAY_MS).toBe(true);
    }
  });

  test('two in a hundred are wrong at first and corrected later by revision 2', () => {
    const corrected = all.filter((labels) => labels.length === 2);
    expect(Math.abs(corrected.length / all.length - 0.02)).toBeLessThan(0.004);
    for (const [wrong, right] of corrected) {
      expect([wrong!.revision, right!.revision]).toEqual([1, 2]);
      expect(wrong!.value).not.toBe(right!.value);
      expect(right!.time).toBeGreaterThan(wrong!.time);
    }
  });

  test('are the same on every run', () => {
    expect(all.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => labelsOf(flights, i)));
  });

  test('waits and corrections can be switched off', () => {
    const [only, ...none] = labelsOf(flights, 7, { maxDelayDays: 0, correctedShare: 0 });
    expect(none).toEqual([]);
    expect(only!.time - flights.time[7]!).toBeLessThan(DAY_MS);
  });
});

describe('the schedule', () => {
  test('gives every label once, in order, and none before its time', () => {
    const schedule = new LabelSchedule();
    schedule.plan(flights);
    const planned = schedule.pending;
    const seen: string[] = [];
    let last = 0;
    for (let until = Date.UTC(2001, 0, 1, 7); schedule.pending > 0; until += 1.3 * DAY_MS) {
      for (const label of schedule.take(until)) {
        expect(label.time).toBeLessThan(until);
        expect(label.time).toBeGreaterThanOrEqual(last);
        last = label.time;
        seen.push(`${label.row}/${label.revision}`);
      }
      expect(schedule.take(until)).toEqual([]);
    }
    expect(seen).toHaveLength(planned);
    expect(new Set(seen).size).toBe(planned);
  });
});
