import { expect, test } from '@jest/globals';
import { sampleFlights } from '../test/sample-flights.js';
import { buildFeatures } from './pipeline.js';

test('the right client sends the local hour and plain airport codes', () => {
  const features = buildFeatures(sampleFlights(3, Date.UTC(2001, 3, 10, 22)), 'local-hour');
  expect([...features.hour]).toEqual([22, 23, 0]);
  expect([...features.weekday]).toEqual([1, 1, 2]);
  expect(features.origin).toEqual(['ATL', 'BOS', 'LAX']);
  expect(features.destination).toEqual(['BOS', 'LAX', 'ATL']);
  expect([...features.distance]).toEqual([100, 101, 102]);
});

test.each([
  ['winter, five hours, over midnight', Date.UTC(2001, 2, 5, 17), [22, 23, 0, 1]],
  ['summer, four hours, over midnight', Date.UTC(2001, 3, 10, 17), [21, 22, 23, 0]],
  ['the night the clocks change', Date.UTC(2001, 3, 1, 0), [5, 6, 6, 7]],
])('the mistaken client sends the hour in UTC: %s', (_, start, hours) => {
  const flights = sampleFlights(4, start);
  expect([...buildFeatures(flights, 'utc-hour').hour]).toEqual(hours);
});

test('the mistake touches the hour only', () => {
  const flights = sampleFlights(48);
  const { hour: _wrong, ...mistaken } = buildFeatures(flights, 'utc-hour');
  const { hour: _right, ...right } = buildFeatures(flights, 'local-hour');
  expect(mistaken).toEqual(right);
});
