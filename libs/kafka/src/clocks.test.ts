import { describe, expect, test } from '@jest/globals';
import { silencesHeartbeats, WallClockWatch } from './clocks.js';

const HOUR = 3_600_000;

function clocks(): { wall: () => number; elapsed: () => number; pass(ms: number): void; set(ms: number): void } {
  let wall = Date.UTC(2026, 0, 1);
  let elapsed = 500;
  return {
    wall: () => wall,
    elapsed: () => elapsed,
    pass(ms) {
      wall += ms;
      elapsed += ms;
    },
    set: (ms) => (wall += ms),
  };
}

describe('a clock that somebody sets', () => {
  test('time that only goes by is no jump, however long nobody looked', () => {
    const both = clocks();
    const watch = new WallClockWatch(both);
    both.pass(6 * HOUR);
    expect(watch.look()).toBe(0);
  });

  test('each jump is told once, with its direction, also when time went by as well', () => {
    const both = clocks();
    const watch = new WallClockWatch(both);
    both.pass(300);
    both.set(-HOUR);
    both.pass(70);
    expect([watch.look(), watch.look()]).toEqual([-HOUR, 0]);
    both.set(2 * HOUR);
    both.pass(10);
    expect([watch.look(), watch.look()]).toEqual([2 * HOUR, 0]);
  });

  test.each([
    ['set back by an hour, nothing is sent for an hour', -HOUR, true],
    ['set back by a little more than an interval, the session may run out', -376, true],
    ['set back by less than an interval, one heartbeat comes later', -375, false],
    ['slewed, nothing happens', -3, false],
    ['set forward, one heartbeat comes early', HOUR, false],
    ['untouched, nothing happens', 0, false],
  ])('%s', (_, setByMs, silent) => {
    expect(silencesHeartbeats(setByMs, 375)).toBe(silent);
  });
});
