import { expect, test } from '@jest/globals';
import { FramePool } from './frame-pool.js';

const LARGE = 3_000_000;

test('the memory of a frame is used again when all who hold it have let go, and not before', () => {
  const pool = new FramePool();
  const frame = pool.take(LARGE);
  const lease = pool.lease(frame);
  lease.hold();
  lease.release();
  expect(pool.take(LARGE).buffer).not.toBe(frame.buffer);
  lease.release();
  const next = pool.take(LARGE - 5000);
  expect([next.buffer === frame.buffer, next.length]).toEqual([true, LARGE - 5000]);
  expect(pool.take(LARGE).buffer).not.toBe(frame.buffer);
});

test('a frame longer than what is free gets memory of its own, and small ones always do', () => {
  const pool = new FramePool();
  const frame = pool.take(LARGE);
  pool.lease(frame).release();
  expect(pool.take(2 * LARGE).buffer).not.toBe(frame.buffer);
  const small = pool.take(100);
  pool.lease(small).release();
  expect(pool.take(100).buffer).not.toBe(small.buffer);
});

test('letting go too often, or holding what was let go, is told', () => {
  const lease = new FramePool().lease(Buffer.alloc(1));
  lease.release();
  expect(() => lease.release()).toThrow('more often');
  expect(() => lease.hold()).toThrow('given back');
});
