import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  afterCommit,
  createDataSource,
  inTransaction,
  isTransient,
  isUniqueViolation,
  migrate,
  migrationHelpers,
  sqlState,
  withBeforeCommit,
} from '../src/index.js';
import { quiet, TestDatabase } from './database.js';

class M0001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('registry')) await runner.query(statement);
    await runner.query('create table registry.counters (name text primary key, value integer not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table registry.counters');
    for (const statement of migrationHelpers.dropOutboxTables('registry')) await runner.query(statement);
  }
}

class M0002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`insert into registry.counters values ('a', 0), ('b', 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from registry.counters');
  }
}

class Broken implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table registry.half (id integer)');
    await runner.query('select * from no_such_table');
  }

  async down(): Promise<void> {}
}

describe('a service and its schema', () => {
  let database: TestDatabase;
  const options = { schema: 'registry', log: quiet };

  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(() => database.drop());

  test('migrations run once, also when several processes start together', async () => {
    const url = database.url('registry_owner');
    const runs = await Promise.all([1, 2, 3].map(() => migrate({ ...options, url, migrations: [M0001] })));
    expect(runs.map((run) => run.applied).toSorted((a, b) => a.length - b.length)).toEqual([[], [], ['M0001']]);
    expect(await migrate({ ...options, url, migrations: [M0001, M0002] })).toEqual({ applied: ['M0002'] });
  });

  test('a migration that fails leaves nothing behind', async () => {
    const url = database.url('registry_owner');
    await expect(migrate({ ...options, url, migrations: [M0001, M0002, Broken] })).rejects.toThrow(
      'migration Broken of schema registry failed',
    );
    const source = await createDataSource({ url, schema: 'registry' }).initialize();
    expect(await source.query(`select to_regclass('registry.half') as half`)).toEqual([{ half: null }]);
    await source.destroy();
  });

  test('a schema of a later release is refused', async () => {
    const url = database.url('registry_owner');
    await expect(migrate({ ...options, url, migrations: [M0001] })).rejects.toMatchObject({
      code: 'DBR-SCHEMA-NEWER',
      message: expect.stringContaining('M0002'),
    });
  });

  test('the runtime role sees its schema only and changes no tables', async () => {
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry' }).initialize();
    expect(await source.query('show search_path')).toEqual([{ search_path: 'registry' }]);
    expect(await source.query('select value from counters order by name')).toEqual([{ value: 0 }, { value: 0 }]);
    await expect(source.query('create table registry.mine (id integer)')).rejects.toMatchObject({ code: '42501' });
    await source.destroy();
  });

  test('transactions in each other’s way are repeated until both committed', async () => {
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry' }).initialize();
    const both = (first: string, second: string) =>
      inTransaction(source, async (tx) => {
        await tx.query('update counters set value = value + 1 where name = $1', [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.query('update counters set value = value + 1 where name = $1', [second]);
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(await source.query('select value from counters order by name')).toEqual([{ value: 2 }, { value: 2 }]);
    await source.destroy();
  });

  test('listeners hear of a commit, and of nothing else', async () => {
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry' }).initialize();
    const heard: string[] = [];
    await inTransaction(source, async (tx) => afterCommit(tx, () => heard.push('committed')));
    await inTransaction(source, async (tx) => {
      afterCommit(tx, () => heard.push('rolled back'));
      throw new Error('no');
    }).catch(() => undefined);
    expect(heard).toEqual(['committed']);
    await source.destroy();
  });

  test('a hook before the commit is part of every transaction of the work, and of none after it', async () => {
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry' }).initialize();
    const values = async (): Promise<unknown> => source.query('select value from counters order by name');
    await inTransaction(source, (tx) => tx.query('update counters set value = 0'));
    const add = (name: string) =>
      inTransaction(source, async (tx) => {
        await tx.query('update counters set value = value + 1 where name = $1', [name]);
        return name;
      });
    const seen: unknown[] = [];
    let left: Promise<unknown> = Promise.resolve();
    const hook = async (_: unknown, result: unknown): Promise<void> => {
      seen.push(result);
      if (result === 'b') throw new Error('not b');
    };
    const work = withBeforeCommit(hook, async () => {
      left = new Promise((resolve) => setTimeout(resolve, 100)).then(() => add('b'));
      await add('a');
      await add('b');
    });
    await expect(work).rejects.toThrow('not b');
    expect([seen, await values()]).toEqual([
      ['a', 'b'],
      [{ value: 1 }, { value: 0 }],
    ]);
    await left;
    await add('b');
    expect([seen, await values()]).toEqual([
      ['a', 'b'],
      [{ value: 1 }, { value: 2 }],
    ]);
    await source.destroy();
  });

  test('claims of idempotency keys from before owners get them, once', async () => {
    const source = await createDataSource({ url: database.url('registry_owner'), schema: 'registry' }).initialize();
    await source.query('alter table idempotency_keys drop column owner, drop column done');
    await source.query(`insert into idempotency_keys (principal, route, key, request_hash) values ('p', 'r', 'k', 'h')`);
    for (let i = 0; i < 2; i += 1) for (const statement of migrationHelpers.idempotencyOwners('registry')) await source.query(statement);
    expect(await source.query('select owner, done from idempotency_keys')).toEqual([{ owner: null, done: false }]);
    await source.destroy();
  });

  test('errors are classified as the driver really gives them', async () => {
    const source = await createDataSource({ url: database.url('registry'), schema: 'registry', logName: 'classify' }).initialize();
    const failure = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );
    const duplicate = await failure(source.query(`insert into counters values ('a', 1)`));
    expect([sqlState(duplicate), isTransient(duplicate), isUniqueViolation(duplicate, 'counters_pkey')]).toEqual(['23505', false, true]);
    const killed = failure(source.query('select pg_sleep(20)'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await database.terminate('classify')).toBeGreaterThan(0);
    expect(isTransient(await killed)).toBe(true);
    const inside = await failure(
      inTransaction(source, async (tx) => {
        await database.terminate('classify');
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.query('select 1');
      }),
    );
    expect(isTransient(inside)).toBe(true);
    // The pool replaces what was lost: no restart, no crash.
    expect(await source.query('select 1 as one')).toEqual([{ one: 1 }]);
    await source.destroy();
    const away = await failure(createDataSource({ url: 'postgres://x:y@127.0.0.1:1/none', schema: 'registry' }).initialize());
    expect(isTransient(away)).toBe(true);
  });
});
