import { describe, expect, test } from '@jest/globals';
import type { StoredEvent } from '../../api/console-views.js';
import { TailBuffer } from './tail.js';

const event = (position: number): StoredEvent => ({
  position,
  topic: 'window.closed',
  partition: 0,
  offset: '0',
  key: null,
  project: 'default',
  data: {},
});

describe('the ring buffer of the tail', () => {
  test('keeps the newest and counts what had to go', () => {
    const buffer = new TailBuffer(3);
    buffer.add([event(1), event(2)]);
    buffer.add([event(3), event(4), event(5)]);
    expect(buffer.events.map(({ position }) => position)).toEqual([3, 4, 5]);
    expect(buffer.skipped).toBe(2);
  });

  test('what a returning stream repeats is left out', () => {
    const buffer = new TailBuffer(10);
    buffer.add([event(1), event(2)]);
    buffer.add([event(2), event(3)]);
    expect(buffer.events.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  test('a cleared one begins anew', () => {
    const buffer = new TailBuffer(1);
    buffer.add([event(1), event(2)]);
    buffer.clear();
    expect([buffer.events.length, buffer.skipped]).toEqual([0, 0]);
  });
});
