import { describe, expect, test } from '@jest/globals';
import { UnknownVersions } from './unknown-versions.js';

function setUp(part: { caughtUpAfterMs?: number; waitMs?: number; refresh?: () => Promise<void> } = {}) {
  const clock = { now: 1_000_000 };
  const begun = clock.now;
  const looks: number[] = [];
  const unknown = new UnknownVersions({
    waitMs: part.waitMs ?? 1000,
    pollMs: 100,
    controlCaughtUp: () => {
      looks.push(clock.now);
      return Promise.resolve(clock.now - begun >= (part.caughtUpAfterMs ?? Infinity));
    },
    refresh: part.refresh ?? (() => Promise.resolve()),
    now: () => clock.now,
    sleep: (ms) => {
      clock.now += ms;
      return Promise.resolve();
    },
  });
  return { clock, unknown, looks };
}

const running = (): boolean => true;
const never = (): boolean => false;

describe('a prediction of an unknown version', () => {
  test('waits until its monitor is there', async () => {
    const { clock, unknown } = setUp();
    const { now } = clock;
    expect(unknown.mayAppear('a', now)).toBe(true);
    expect(await unknown.wait('a', now, () => clock.now >= now + 300, running)).toBe(300);
    expect(unknown.mayAppear('a', clock.now)).toBe(true);
  });

  test('waits no longer than until every deployment is known', async () => {
    const { clock, unknown } = setUp({ caughtUpAfterMs: 200 });
    expect(await unknown.wait('a', clock.now, never, running)).toBe(200);
    clock.now += 1;
    expect(unknown.mayAppear('a', clock.now)).toBe(false);
    expect(unknown.mayAppear('b', clock.now)).toBe(true);
  });

  test('waits no longer than the limit, and then nobody waits for a while', async () => {
    const { clock, unknown } = setUp();
    expect(await unknown.wait('a', clock.now, never, running)).toBe(1000);
    expect(unknown.mayAppear('b', clock.now)).toBe(false);
    clock.now += 60_001;
    expect(unknown.mayAppear('b', clock.now)).toBe(true);
  });

  test('does not wait when a look that began after its batch was read found everything handled', async () => {
    const { clock, unknown, looks } = setUp({ caughtUpAfterMs: 0 });
    const read = clock.now;
    await unknown.wait('v0', read, never, running);
    for (let i = 1; i < 1000; i += 1) expect(unknown.mayAppear(`v${i}`, read)).toBe(false);
    expect(looks).toHaveLength(1);
  });

  test('is told from a flood of invented ones: a version deployed during it is waited for as if there were none', async () => {
    const { clock, unknown, looks } = setUp({ caughtUpAfterMs: 0 });
    const begun = clock.now;
    for (let batch = 0; batch < 100; batch += 1) {
      clock.now += 5;
      const read = clock.now;
      expect(unknown.mayAppear(`invented ${batch}`, read)).toBe(true);
      await unknown.wait(`invented ${batch}`, read, never, running);
      for (let i = 0; i < 50; i += 1) expect(unknown.mayAppear(`invented ${batch}/${i}`, read)).toBe(false);
    }
    clock.now += 5;
    expect(unknown.mayAppear('deployed', clock.now)).toBe(true);
    expect(looks).toHaveLength(100);
    // The flood is held so that it asks ten times a second.
    expect(clock.now - begun).toBeGreaterThan(9800);
  });

  test('of several partitions is answered by one look, if it began after all of them were read', async () => {
    const { clock, unknown, looks } = setUp({ caughtUpAfterMs: 0 });
    const read = clock.now;
    await Promise.all([unknown.wait('a', read, never, running), unknown.wait('b', read, never, running)]);
    expect(looks).toHaveLength(1);
    clock.now += 500;
    const early = unknown.wait('c', clock.now, never, running);
    clock.now += 1;
    await Promise.all([early, unknown.wait('d', clock.now, never, running)]);
    expect(looks).toHaveLength(3);
  });

  test('goes on waiting while the monitors cannot be read', async () => {
    let away = 3;
    const { clock, unknown } = setUp({
      caughtUpAfterMs: 0,
      refresh: () => (away-- > 0 ? Promise.reject(new Error('no database')) : Promise.resolve()),
    });
    expect(await unknown.wait('a', clock.now, () => away < 0, running)).toBe(300);
  });

  test('never waits when told so, nor after the end', async () => {
    const { clock } = setUp();
    expect(setUp({ waitMs: 0 }).unknown.mayAppear('a', clock.now)).toBe(false);
    const { unknown } = setUp();
    expect(await unknown.wait('a', clock.now, never, never)).toBe(0);
    // Nothing was found out about it, so whoever reads it next asks.
    expect(unknown.mayAppear('a', clock.now)).toBe(true);
  });
});
