import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { bootstrapDatabase, type ServiceDatabase } from '../src/bootstrap/database.js';
import { startPostgres, type RunningPostgres } from '../src/postgres/start-postgres.js';
import { migrationUrls } from '../src/supervisor/infrastructure.js';
import { databaseServices } from '../src/supervisor/layout.js';
import { migrate } from '../src/supervisor/service-process.js';
import { expectCode, removeScratch, scratch } from './scratch.js';

async function query(url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

async function failure(url: string, sql: string): Promise<string> {
  return query(url, sql).then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

const denied = '42501';

// Roles belong to the server, not to a database: every bootstrap sets these again.
const passwords = Object.fromEntries(databaseServices.flatMap((name) => [name, `${name}_owner`]).map((role) => [role, `pw-${role}`]));

describe('embedded Postgres', () => {
  let folder: string;
  let postgres: RunningPostgres;
  let databases: Record<string, ServiceDatabase>;

  const urlOf = (service: string): ServiceDatabase => {
    const found = databases[service];
    if (found === undefined) throw new Error(`no database for ${service}`);
    return found;
  };

  beforeAll(async () => {
    folder = await scratch();
    postgres = await startPostgres({ dataDir: join(folder, 'postgres'), fast: true });
    databases = await bootstrapDatabase({ adminUrl: postgres.adminUrl, services: databaseServices, passwords });
    for (const service of databaseServices) await query(urlOf(service).migrationUrl, 'create table things (id int primary key)');
  }, 180_000);

  afterAll(async () => {
    await postgres.stop();
    await removeScratch();
  });

  test('it is PostgreSQL 18 on loopback with checked passwords', async () => {
    const { rows } = await query(
      postgres.adminUrl,
      `select current_setting('server_version') as version, current_setting('listen_addresses') as host`,
    );
    expect(rows[0]).toEqual({ version: expect.stringMatching(/^18\./), host: '127.0.0.1' });
    expect(await failure(postgres.adminUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).toBe('28P01');
  });

  test('each role works in its own schema without naming it', async () => {
    for (const service of databaseServices) {
      const { url } = urlOf(service);
      await query(url, 'insert into things values (1)');
      await query(url, 'update things set id = 2');
      expect((await query(url, 'select * from things')).rows).toEqual([{ id: 2 }]);
      await query(url, 'delete from things');
    }
  });

  test('no role, runtime or owner, reads or writes another schema', async () => {
    const outcomes: string[] = [];
    for (const service of databaseServices) {
      for (const other of databaseServices.filter((name) => name !== service)) {
        for (const url of [urlOf(service).url, urlOf(service).migrationUrl]) {
          outcomes.push(await failure(url, `select * from ${other}.things`));
          outcomes.push(await failure(url, `insert into ${other}.things values (9)`));
          outcomes.push(await failure(url, `create table ${other}.mine (id int)`));
        }
      }
    }
    expect(outcomes).toHaveLength(databaseServices.length * (databaseServices.length - 1) * 6);
    expect(new Set(outcomes)).toEqual(new Set([denied]));
  });

  test('a runtime role defines nothing, truncates nothing and becomes nobody else', async () => {
    for (const service of databaseServices) {
      const { url } = urlOf(service);
      const attempts = [
        'create table more (id int)',
        'drop table things',
        'truncate things',
        'alter table things add x int',
        'create schema more',
        'create temp table t (id int)',
        'create table public.t (id int)',
        `set role ${service}_owner`,
        'create role other',
      ];
      for (const sql of attempts) expect([sql, await failure(url, sql)]).toEqual([sql, denied]);
    }
  });

  test('no service role is a superuser, replicates or bypasses row security', async () => {
    const { rows } = await query(
      postgres.adminUrl,
      `select rolname from pg_roles where (rolsuper or rolreplication or rolbypassrls or rolcreaterole or rolcreatedb) and rolname !~ '^pg_'`,
    );
    expect(rows).toEqual([{ rolname: 'drawbridge_admin' }]);
  });

  test('a second bootstrap changes nothing but the passwords', async () => {
    const before = urlOf('registry').url;
    databases = await bootstrapDatabase({
      adminUrl: postgres.adminUrl,
      services: databaseServices,
      passwords: { ...passwords, registry: 'chosen' },
    });
    expect(await failure(before, 'select 1')).toBe('28P01');
    expect(await failure(urlOf('registry').url, 'select * from things')).toBe('allowed');
  });

  test('an administrator who is no superuser may prepare a database too', async () => {
    await query(postgres.adminUrl, `create role landlord login createdb createrole password 'x'`);
    const adminUrl = postgres.adminUrl.replace(/\/\/[^@]+@/, '//landlord:x@');
    const own = await bootstrapDatabase({ adminUrl, services: ['tenant'], database: 'elsewhere' });
    await query(own['tenant']?.migrationUrl ?? '', 'create table things (id int)');
    expect(await failure(own['tenant']?.url ?? '', 'select * from things')).toBe('allowed');
  });

  test('DBR-DB-RIGHTS: the given role may not create roles', async () => {
    await query(postgres.adminUrl, `create role lodger login password 'x'`);
    const adminUrl = postgres.adminUrl.replace(/\/\/[^@]+@/, '//lodger:x@');
    await expectCode(bootstrapDatabase({ adminUrl, services: ['other'] }), 'DBR-DB-RIGHTS', /^lodger@127\.0\.0\.1:\d+: permission denied/);
  });

  test('with the real tables: every role against every table, sequence and function of every other schema', async () => {
    const adminUrl = postgres.adminUrl;
    const real = await bootstrapDatabase({ adminUrl, services: databaseServices, database: 'real', passwords });
    await migrate(migrationUrls(real));
    const found = await query(
      adminUrl.replace(/postgres$/, 'real'),
      `with principals as (select s.service, s.service || x.suffix as role from unnest($1::text[]) as s(service), unnest(array['', '_owner']) as x(suffix)),
         things as (
           select n.nspname as schema, c.oid, c.relname as name, c.relkind::text as kind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'S')
           union all
           select n.nspname, p.oid, p.proname, 'f' from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any ($1))
       select p.role, t.schema, t.name, t.kind, p.service = t.schema as own,
              case t.kind when 'S' then has_sequence_privilege(p.role, t.oid, 'usage, select, update')
                          when 'f' then has_schema_privilege(p.role, t.schema, 'usage')
                          else has_table_privilege(p.role, t.oid, 'select, insert, update, delete, truncate, references, trigger') end as may
         from principals p, things t`,
      [databaseServices],
    );
    const rows = found.rows as { role: string; schema: string; name: string; kind: string; own: boolean; may: boolean }[];
    expect(rows.filter((row) => !row.own && row.may)).toEqual([]);
    expect(rows.filter((row) => row.own && !row.may && row.kind === 'r' && row.role.endsWith('_owner'))).toEqual([]);
    expect(new Set(rows.map((row) => row.schema))).toEqual(new Set(databaseServices));
  });

  test('migrations run as the owner; DBR-SCHEMA-NEWER and DBR-MIGRATION-FAILED refuse with the lines of the migration', async () => {
    const { migrationUrl } = urlOf('registry');
    await migrate({ registry: migrationUrl });
    await query(migrationUrl, `insert into schema_migrations (name, position, at) values ('Registry9999', 99, now())`);
    await expectCode(migrate({ registry: migrationUrl }), 'DBR-SCHEMA-NEWER', /the schema registry is newer/);
    const broken = await migrate({ registry: migrationUrl.replace(/:[^:@]+@/, ':wrong@') }).catch((error: unknown) => error);
    expect(broken).toMatchObject({ code: 'DBR-MIGRATION-FAILED', detail: 'registry: the migration ended with 1' });
    expect((broken as { lines: string[] }).lines.join('\n')).toMatch(/password authentication failed/);
  });

  test('DBR-DB-UNHEALTHY: nobody answers', async () => {
    await expectCode(
      bootstrapDatabase({ adminUrl: 'postgres://me:secret@127.0.0.1:1/postgres', services: ['x'] }),
      'DBR-DB-UNHEALTHY',
      /^me@127\.0\.0\.1:1: (?!.*secret).*ECONNREFUSED/,
    );
  });

  test('state survives a stop, and a kill', async () => {
    await query(urlOf('governance').url, 'insert into things values (7)');
    await postgres.stop();
    postgres = await startPostgres({ dataDir: join(folder, 'postgres'), fast: true, port: postgres.port });
    postgres.child.kill('SIGKILL');
    await postgres.child.exited;
    postgres = await startPostgres({ dataDir: join(folder, 'postgres'), fast: true, port: postgres.port });
    expect((await query(urlOf('governance').url, 'select * from things')).rows).toEqual([{ id: 7 }]);
  });

  test('DBR-DB-UNHEALTHY: a damaged data folder, with the lines of Postgres', async () => {
    const damaged = join(await scratch(), 'postgres');
    const first = await startPostgres({ dataDir: damaged, fast: true });
    await first.stop();
    await rm(join(first.dataDir, 'global'), { recursive: true });
    const error = await startPostgres({ dataDir: damaged, fast: true }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DBR-DB-UNHEALTHY', detail: 'postgres ended while starting' });
    expect((error as { lines: string[] }).lines.join('\n')).toMatch(/global/);
  });

  test('DBR-SCHEMA-NEWER: files of another major version are not touched', async () => {
    const other = join(await scratch(), 'postgres');
    const first = await startPostgres({ dataDir: other, fast: true });
    await first.stop();
    await writeFile(join(first.dataDir, 'PG_VERSION'), '19\n');
    await expectCode(startPostgres({ dataDir: other, fast: true }), 'DBR-SCHEMA-NEWER', /is of PostgreSQL 19/);
    expect(await readFile(join(first.dataDir, 'PG_VERSION'), 'utf8')).toBe('19\n');
  });
});
