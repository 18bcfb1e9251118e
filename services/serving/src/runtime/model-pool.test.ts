import { expect, test } from '@jest/globals';
import type { Logger } from '@drawbridge/telemetry';
import { aTarget } from '../../test/an-endpoint.js';
import type { Target } from '../domain/endpoint-table.js';
import { ModelPool } from './model-pool.js';
import type { LoadedModel } from './onnx-model.js';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

/** A loader that remembers what it loaded and released. */
function aPool(options: { fail?: (target: Target, attempt: number) => string | undefined } = {}) {
  const loaded: string[] = [];
  const released: string[] = [];
  const attempts = new Map<string, number>();
  const pool = new ModelPool({
    log: silent,
    retryMs: () => 1,
    isUnusable: (error) => error instanceof Error && error.message === 'no model',
    async load(target): Promise<LoadedModel> {
      const attempt = (attempts.get(target.version) ?? 0) + 1;
      attempts.set(target.version, attempt);
      const problem = options.fail?.(target, attempt);
      if (problem !== undefined) throw new Error(problem);
      loaded.push(target.version);
      return {
        run: async (inputs) => inputs,
        release: async () => {
          released.push(target.version);
        },
      };
    },
  });
  return { pool, loaded, released };
}

const m = { project: 'default', model: 'm' } as const;
const want = (...versions: string[]) => versions.map((version) => ({ ...m, target: aTarget({ version }) }));

test('loads what is wanted and lets go of what is not', async () => {
  const { pool, loaded, released } = aPool();
  pool.want(want('1', '2'));
  await pool.settled();
  expect(loaded).toEqual(['1', '2']);
  pool.want(want('2'));
  await pool.settled();
  expect(released).toEqual(['1']);
  expect(pool.unready(m, aTarget({ version: '2' }))).toBeUndefined();
  expect(pool.lease(m, aTarget({ version: '1' }))).toHaveProperty('reason');
});

test('a model in use goes when its last request has ended', async () => {
  const { pool, released } = aPool();
  pool.want(want('1'));
  await pool.settled();
  const lease = pool.lease(m, aTarget({ version: '1' }));
  if ('reason' in lease) throw new Error(lease.reason);
  pool.want([]);
  expect(released).toEqual([]);
  expect(await lease.model.run([])).toEqual([]);
  lease.release();
  lease.release();
  expect(released).toEqual(['1']);
});

test('a model that cannot be loaded says why, is tried again, and does not touch the others', async () => {
  const { pool } = aPool({ fail: (target, attempt) => (target.version === '1' && attempt < 3 ? 'the registry is away' : undefined) });
  pool.want(want('1', '2'));
  await pool.settled();
  expect(pool.statuses()).toEqual([
    { ...m, version: '1', state: 'failed', reason: 'the registry is away' },
    { ...m, version: '2', state: 'ready' },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(pool.unready(m, aTarget({ version: '1' }))).toBeUndefined();
});

test('says whether waiting can help: a file that is no model is unusable, a registry that is away is not', async () => {
  const { pool } = aPool({
    fail: (target, attempt) => (target.version === '1' ? 'no model' : attempt === 1 ? 'registry away' : undefined),
  });
  expect(pool.unready(m, aTarget())).toEqual({ reason: 'the model is being loaded', unusable: false });
  pool.want(want('1', '2'));
  await pool.settled();
  expect(pool.unready(m, aTarget({ version: '1' }))).toEqual({ reason: 'no model', unusable: true });
  expect(pool.unready(m, aTarget({ version: '2' }))).toEqual({ reason: 'registry away', unusable: false });
  pool.want([]);
});

test('what is no longer wanted is not tried again', async () => {
  let tries = 0;
  const { pool } = aPool({
    fail: () => {
      tries += 1;
      return 'broken';
    },
  });
  pool.want(want('1'));
  await pool.settled();
  pool.want([]);
  const before = tries;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(tries).toBe(before);
});

test('two endpoints with the same version share one model', async () => {
  const { pool, loaded } = aPool();
  pool.want([...want('1'), ...want('1')]);
  await pool.settled();
  expect(loaded).toEqual(['1']);
});

test('versions of the same name and content in two projects come and go apart', async () => {
  const { pool } = aPool();
  const other = { project: 'other', model: 'm' };
  pool.want([...want('1'), { ...other, target: aTarget() }]);
  await pool.settled();
  expect([pool.unready(m, aTarget()), pool.unready(other, aTarget())]).toEqual([undefined, undefined]);
  pool.want(want('1'));
  expect(pool.unready(m, aTarget())).toBeUndefined();
  expect(pool.unready(other, aTarget())).toBeDefined();
});
