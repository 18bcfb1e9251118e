import { describe, expect, test } from '@jest/globals';
import { golden, relative } from '../../test/golden.js';
import { adjustedPValues, benjaminiHochberg } from '../benjamini-hochberg.js';
import { clopperPearson } from './clopper-pearson.js';
import { newcombe } from './newcombe.js';
import { wilson } from './wilson.js';

const values = golden<Record<'clopperPearson' | 'wilson' | 'newcombe', number[][]>>('intervals');

function close(actual: [number, number], low: number, high: number): void {
  expect(Math.abs(actual[0] - low)).toBeLessThan(1e-10);
  expect(Math.abs(actual[1] - high)).toBeLessThan(1e-10);
}

test.each(values.wilson)('Wilson %i of %i', (k, n, low, high) => close(wilson(k!, n!), low!, high!));
test.each(values.clopperPearson)('Clopper-Pearson %i of %i', (k, n, low, high) => close(clopperPearson(k!, n!), low!, high!));
test.each(values.newcombe)('Newcombe %i/%i - %i/%i', (a, n, b, m, low, high) => close(newcombe(a!, n!, b!, m!), low!, high!));

test('nothing observed bounds nothing', () => {
  expect(wilson(0, 0)).toEqual([0, 1]);
  expect(newcombe(0, 0, 3, 10)).toEqual([-1, 1]);
});

describe('false discovery rate', () => {
  const { p, adjusted, rejectedAt005 } = golden<{ p: number[]; adjusted: number[]; rejectedAt005: number }>('discovery');

  test('adjusted p-values', () => {
    adjustedPValues(p).forEach((value, i) => expect(relative(value, adjusted[i]!)).toBeLessThan(1e-12));
  });

  test('order does not matter', () => {
    expect(adjustedPValues([...p].reverse())).toEqual(adjustedPValues(p).reverse());
    expect(benjaminiHochberg(p, 0.05).filter(Boolean)).toHaveLength(rejectedAt005);
  });
});
