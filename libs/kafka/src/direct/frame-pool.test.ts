import { expect, test } from '@jest/globals';
import { FramePool } from './frame-pool.js';

const LARGE = 3_000_000;

test('the memory of a frame is used again when all who hold it have let go, and not before', () => {
  const pool = new FramePool();
  const frame = pool.take(LARGE);
  const claim = pool.claim(frame);
  claim.hold();
  claim.release();
  expect(pool.take(LARGE).buffer).not.toBe(frame.buffer);
  claim.release();
  const next = pool.take(LARGE - 5000);
  expect([next.buffer === frame.buffer, next.length]).toEqual([true, LARGE - 5000]);
  expect(pool.take(LARGE).buffer).not.toBe(frame.buffer);
});

test('a frame longer than what is free gets memory of its own, and small ones always do', () => {
  const pool = new FramePool();
  const frame = pool.take(LARGE);
  pool.claim(frame).release();
  expect(pool.take(2 * LARGE).buffer).not.toBe(frame.buffer);
  const small = pool.take(100);
  pool.claim(small).release();
  expect(pool.take(100).buffer).not.toBe(small.buffer);
});

test('letting go too often, or holding what was let go, is told', () => {
  const claim = new FramePool().claim(Buffer.alloc(1));
  claim.release();
  expect(() => claim.release()).toThrow('more often');
  expect(() => claim.hold()).toThrow('given back');
});
