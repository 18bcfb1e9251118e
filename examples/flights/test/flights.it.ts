import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { DAY_MS, dayStart } from '../src/calendar.js';
import { FlightFile, isLate, pick, slice } from '../src/flights.js';
import { assetPath } from '../src/models.js';

const report = JSON.parse(readFileSync(assetPath('report.json'), 'utf8')) as {
  data: { trainingRows: number };
  effects: { daily: { day: string; n: number }[] };
};
let file: FlightFile;
beforeAll(async () => {
  file = await FlightFile.open();
});

test.each(['2001-03-05', '2001-03-06', '2001-03-07'])('the eastern flights of %s are those of the report', async (day) => {
  const flights = await file.read(day, day, 'eastern');
  expect(flights.length).toBe(report.effects.daily.find((entry) => entry.day === day)!.n);
  expect(flights.time.every((time) => time >= dayStart(day) && time < dayStart(day) + DAY_MS)).toBe(true);
  expect(flights.time.every((time, i) => i === 0 || time >= flights.time[i - 1]!)).toBe(true);
});

test('a range over several row groups counts every flight once and keeps its row', async () => {
  const training = await file.read('2001-01-01', '2001-02-28', 'eastern');
  expect(training.length).toBe(report.data.trainingRows);
  expect(new Set(training.row).size).toBe(training.length);
  const day = await file.read('2001-02-28', '2001-02-28', 'eastern');
  expect([...day.row]).toEqual([...training.row.subarray(training.length - day.length)]);
});

test('all flights are more than the eastern ones', async () => {
  const all = await file.read('2001-05-01', '2001-05-01', 'all');
  const eastern = await file.read('2001-05-01', '2001-05-01', 'eastern');
  expect(all.length).toBeGreaterThan(2 * eastern.length);
  const rows = new Set(all.row);
  expect(eastern.row.every((row) => rows.has(row))).toBe(true);
});

test('parts and selections keep the columns together', async () => {
  const day = await file.read('2001-03-05', '2001-03-05', 'eastern');
  const part = slice(day, 10, 13);
  const picked = pick(day, [12, 10]);
  expect([...part.row]).toEqual([...day.row.subarray(10, 13)]);
  expect([picked.row[1], picked.time[1], picked.distance[1]]).toEqual([part.row[0], part.time[0], part.distance[0]]);
});

test('late is more than fifteen minutes', () => {
  expect([isLate(15), isLate(16), isLate(-5)]).toEqual([false, true, false]);
});
