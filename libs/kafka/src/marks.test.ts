import { expect, test } from '@jest/globals';
import { type Marks, Places } from './marks.js';

const marks = (first: bigint): Marks => ({ topic: 't', partition: 0, first, last: first, highWatermark: '9' });

test('marks that follow what was handled are next, and so are the first of all', () => {
  const places = new Places();
  expect(places.doubt(marks(7n))).toBeUndefined();
  places.set('t', 0, 8n);
  expect([places.doubt(marks(8n)), places.doubt(marks(5n))]).toEqual([undefined, undefined]);
});

test('marks that were fetched before a seek are read again from where it went', () => {
  const places = new Places();
  places.set('t', 0, 3n);
  expect([places.doubt(marks(7n)), places.doubt(marks(9n))]).toEqual([3n, 3n]);
});

test('the same marks from there are next after all, since nothing lies between', () => {
  const places = new Places();
  places.set('t', 0, 3n);
  expect([places.doubt(marks(7n)), places.doubt(marks(7n))]).toEqual([3n, undefined]);
});

test('a rebalance begins anew', () => {
  const places = new Places();
  places.set('t', 0, 3n);
  places.clear();
  expect(places.doubt(marks(7n))).toBeUndefined();
});
