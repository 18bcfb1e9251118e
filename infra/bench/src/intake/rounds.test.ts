import { expect, test } from '@jest/globals';
import { figureOf, interleaved, type Reading } from './rounds.js';

const reading = (microseconds: number): Reading => ({
  events: 1000,
  cpuMicroseconds: microseconds * 1000,
  wallMs: 1,
  peakRssMiB: microseconds * 10,
  counted: 1000,
});

test('a figure is the median of its rounds, and one that strays does not make the spread', () => {
  const figure = figureOf([4, 4.2, 9, 4.4, 3.9].map(reading));
  expect(figure).toEqual({ median: 4.2, spread: 0.1, eventsPerCpuSecond: 238_095, peakRssMiB: 90, rounds: [4, 4.2, 9, 4.4, 3.9] });
  expect(figureOf([1, 3].map(reading))).toMatchObject({ median: 2, spread: 2 });
});

test('rounds take turns', async () => {
  const order: string[] = [];
  const readings = await interleaved([{ name: 'a' }, { name: 'b' }], 2, (one) => {
    order.push(one.name);
    return Promise.resolve(reading(order.length));
  });
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(readings.get('b')?.map(({ cpuMicroseconds }) => cpuMicroseconds)).toEqual([2000, 4000]);
});
