import { describe, expect, test } from '@jest/globals';
import { remembered } from './remembered.js';

describe('a function that remembers', () => {
  test('computes once for the same numbers', () => {
    let computed = 0;
    const sum = remembered((x, y) => {
      computed += 1;
      return x + 100 * y;
    });
    expect([sum(1, 2), sum(2, 1), sum(1, 2), sum(1), sum(1)]).toEqual([201, 102, 201, 1, 1]);
    expect(computed).toBe(3);
  });

  test('answers the same however many numbers it is asked for', () => {
    const square = remembered((x) => x * x);
    for (const _ of [1, 2]) for (let x = 0; x < 2500; x += 1) expect(square(x)).toBe(x * x);
  });
});
