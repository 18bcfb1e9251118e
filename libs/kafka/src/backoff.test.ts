import { expect, test } from '@jest/globals';
import { Backoff, sleep } from './backoff.js';

test('waits grow, stay between half and all of the bound, and start again after a reset', () => {
  const backoff = new Backoff(100, 1000);
  for (const bound of [100, 200, 400, 800, 1000, 1000]) {
    const wait = backoff.nextMs();
    expect(wait).toBeGreaterThanOrEqual(bound / 2);
    expect(wait).toBeLessThanOrEqual(bound);
  }
  backoff.reset();
  expect(backoff.nextMs()).toBeLessThanOrEqual(100);
});

test('a signal ends a sleep', async () => {
  const controller = new AbortController();
  const begun = performance.now();
  const slept = sleep(10_000, controller.signal);
  controller.abort();
  await slept;
  await sleep(10_000, controller.signal);
  expect(performance.now() - begun).toBeLessThan(1000);
});
