import { expect, test } from '@jest/globals';
import { FlightDays, shuffleSlightly } from '../src/flight-days.js';
import { FlightFile } from '../src/flights.js';

test('days of one month come from one reading, and a day without flights is named', async () => {
  const days = new FlightDays(await FlightFile.open());
  const storm = await days.read('2001-03-05', 'eastern');
  const after = await days.read('2001-03-07', 'eastern');
  expect([storm.length, after.length]).toEqual([4639, 6507]);
  expect(after.time.buffer).toBe(storm.time.buffer);
  await expect(days.read('2001-09-01', 'eastern')).rejects.toThrow('no flights on 2001-09-01');
});

test('messages overtake each other by less than ten minutes, always in the same way', async () => {
  const day = await new FlightDays(await FlightFile.open()).read('2001-03-07', 'eastern');
  const shuffled = shuffleSlightly(day);
  expect(Uint32Array.from(shuffled.row).sort()).toEqual(Uint32Array.from(day.row).sort());
  expect(shuffled.row).not.toEqual(day.row);
  let newest = 0;
  for (const time of shuffled.time) {
    expect(newest - time).toBeLessThan(10 * 60_000);
    newest = Math.max(newest, time);
  }
  expect(shuffleSlightly(day).row).toEqual(shuffled.row);
});
