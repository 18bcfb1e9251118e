import { describe, expect, test } from '@jest/globals';
import { createLogger } from '@drawbridge/telemetry';
import { Lifecycle, type LifecycleStep } from './lifecycle.js';

const silent = createLogger('test', { write: () => undefined });

function step(name: string, calls: string[], behaviour: Partial<LifecycleStep> = {}): LifecycleStep {
  return {
    name,
    async start() {
      calls.push(`+${name}`);
      await behaviour.start?.();
    },
    async stop() {
      calls.push(`-${name}`);
      await behaviour.stop?.();
    },
  };
}

const fail = (): Promise<void> => Promise.reject(new Error('broken'));
const hang = (): Promise<void> => new Promise(() => undefined);

describe('the order of a service', () => {
  test('starts forwards and stops backwards', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([step('a', calls), step('b', calls)], silent);
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(true);
    expect(calls).toEqual(['+a', '+b', '-b', '-a']);
  });

  test('a failing start stops what had started, itself included', async () => {
    const calls: string[] = [];
    const lifecycle = new Lifecycle([step('a', calls), step('b', calls, { start: fail }), step('c', calls)], silent);
    await expect(lifecycle.start()).rejects.toThrow('broken');
    expect(calls).toEqual(['+a', '+b', '-b', '-a']);
  });

  test('a stop that fails or hangs does not skip the others', async () => {
    const calls: string[] = [];
    const steps = [step('a', calls), step('b', calls, { stop: hang }), step('c', calls, { stop: fail })];
    const lifecycle = new Lifecycle(steps, silent, { stopStepMs: 50, stopTotalMs: 1000 });
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(calls.slice(3)).toEqual(['-c', '-b', '-a']);
  });

  test('all stops together keep the limit', async () => {
    const calls: string[] = [];
    const steps = ['a', 'b', 'c', 'd'].map((name) => step(name, calls, { stop: hang }));
    const lifecycle = new Lifecycle(steps, silent, { stopStepMs: 200, stopTotalMs: 300 });
    await lifecycle.start();
    const begun = Date.now();
    expect(await lifecycle.stop()).toBe(false);
    expect(Date.now() - begun).toBeLessThan(1000);
    expect(calls.filter((call) => call.startsWith('-'))).toHaveLength(4);
  });

  test('stopping twice stops once; stopping while starting ends the start', async () => {
    const calls: string[] = [];
    const lifecycle: Lifecycle = new Lifecycle([step('a', calls, { start: async () => void lifecycle.stop() }), step('b', calls)], silent);
    await expect(lifecycle.start()).rejects.toThrow('stopped while starting');
    await lifecycle.stop();
    expect(calls).toEqual(['+a', '-a']);
  });
});
