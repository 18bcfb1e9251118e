import { describe, expect, test } from '@jest/globals';
import { UnknownVersions } from './unknown-versions.js';

function setUp(part: { caughtUpAfterMs?: number; waitMs?: number } = {}) {
  const clock = { now: 1_000_000 };
  const begun = clock.now;
  const unknown = new UnknownVersions({
    waitMs: part.waitMs ?? 1000,
    pollMs: 100,
    controlCaughtUp: () => Promise.resolve(clock.now - begun >= (part.caughtUpAfterMs ?? Infinity)),
    refresh: () => Promise.resolve(),
    now: () => clock.now,
    sleep: (ms) => {
      clock.now += ms;
      return Promise.resolve();
    },
  });
  return { clock, unknown };
}

const running = (): boolean => true;

describe('a prediction of an unknown version', () => {
  test('waits until its monitor is there', async () => {
    const { clock, unknown } = setUp();
    const appears = clock.now + 300;
    expect(unknown.mayAppear('a')).toBe(true);
    expect(await unknown.wait('a', () => clock.now >= appears, running)).toBe(300);
    expect(unknown.mayAppear('a')).toBe(true);
  });

  test('waits no longer than until every deployment is known', async () => {
    const { unknown } = setUp({ caughtUpAfterMs: 200 });
    expect(await unknown.wait('a', () => false, running)).toBe(200);
    expect(unknown.mayAppear('a')).toBe(false);
    expect(unknown.mayAppear('b')).toBe(true);
  });

  test('waits no longer than the limit, and then nobody waits for a while', async () => {
    const { clock, unknown } = setUp();
    expect(await unknown.wait('a', () => false, running)).toBe(1000);
    expect(unknown.mayAppear('b')).toBe(false);
    clock.now += 60_001;
    expect(unknown.mayAppear('b')).toBe(true);
  });

  test('does not wait in a flood of invented versions', async () => {
    const { unknown } = setUp({ caughtUpAfterMs: 0 });
    for (let i = 0; i < 20; i += 1) await unknown.wait(`v${i}`, () => false, running);
    expect(unknown.mayAppear('v21')).toBe(false);
  });

  test('never waits when told so, nor after the end', async () => {
    expect(setUp({ waitMs: 0 }).unknown.mayAppear('a')).toBe(false);
    expect(
      await setUp().unknown.wait(
        'a',
        () => false,
        () => false,
      ),
    ).toBe(0);
  });
});
