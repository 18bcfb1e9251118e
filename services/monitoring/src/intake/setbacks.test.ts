import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger, type Logger } from '@drawbridge/telemetry';
import { Setbacks } from './setbacks.js';

describe('a partition that cannot be stored', () => {
  let nowMs = 0;
  let told = 0;
  let setbacks: Setbacks;
  const log: Logger = Object.assign(Object.create(createLogger('test')) as Logger, { error: () => void (told += 1) });

  beforeEach(() => {
    [nowMs, told] = [0, 0];
    setbacks = new Setbacks('prediction.logged', () => nowMs, log);
  });

  test('is tried again less and less often, and at once when it went well', () => {
    const pauses = Array.from({ length: 8 }, () => (setbacks.add(0, new Error('full')), setbacks.pauseMs(0)));
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(setbacks.pauseMs(1)).toBe(0);
    setbacks.over(0);
    expect(setbacks.pauseMs(0)).toBe(0);
  });

  test('is a hiccup at first, then somebody is told, now and then, with the reason', () => {
    for (nowMs = 0; nowMs < 25_000; nowMs += 5000) setbacks.add(2, new Error('full'));
    expect([told, setbacks.health().ok]).toEqual([0, true]);
    for (; nowMs < 150_000; nowMs += 5000) setbacks.add(2, new Error('disk full'));
    expect(told).toBe(2);
    expect(setbacks.health()).toEqual({ ok: false, detail: 'prediction.logged/2 could not be stored for 150 s: disk full' });
    setbacks.over(2);
    expect(setbacks.health().ok).toBe(true);
  });
});
