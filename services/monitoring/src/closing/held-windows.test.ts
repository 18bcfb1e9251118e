import { expect, test } from '@jest/globals';
import { HeldWindows } from './held-windows.js';

const place = (startMs: number, monitorId = 'a') => ({ monitorId, startMs });

test('a window that cannot be closed is left alone, longer each time, up to a minute', () => {
  const clock = { now: 0 };
  const held = new HeldWindows(() => clock.now);
  const pauses = Array.from({ length: 8 }, () => {
    const pause = held.hold(place(0));
    expect([held.has(place(0)), held.has(place(60_000)), held.has(place(0, 'b'))]).toEqual([true, false, false]);
    clock.now += pause;
    expect(held.has(place(0))).toBe(false);
    return pause;
  });
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  held.letGo(place(0));
  expect(held.hold(place(0))).toBe(1000);
});

test('those of a monitor that are held now are told apart from the others', () => {
  const clock = { now: 0 };
  const held = new HeldWindows(() => clock.now);
  held.hold(place(-60_000));
  clock.now = 500;
  held.hold(place(120_000));
  held.hold(place(0, 'b'));
  expect(held.of('a')).toEqual([-60_000, 120_000]);
  clock.now = 1000;
  expect(held.of('a')).toEqual([120_000]);
});
