import { createLogger, type Logger } from '@drawbridge/telemetry';
import type { Client as PgClient } from 'pg';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from './database.js';
import { plainName } from './names.js';

const migrationsTable = 'schema_migrations';
// Two numbers name the lock: ours, and the schema's, so that schemas migrate side by side.
const lockSpace = 0x64_62_72_67;

/** The schema was migrated by a later release; this one would misread it. */
export class SchemaNewer extends Error {
  override readonly name = 'SchemaNewer';
  readonly code = 'DBR-SCHEMA-NEWER';

  constructor(schema: string, unknown: readonly string[]) {
    super(`schema ${schema} has migrations that this release does not know (${unknown.join(', ')}): install the release that wrote them`);
  }
}

export interface MigrateOptions {
  /** URL of the schema's owner. */
  readonly url: string;
  readonly schema: string;
  /** TypeORM migration classes in order; the name of the class is what is remembered. */
  readonly migrations: readonly Function[];
  readonly log: Logger;
}

/** Brings the schema up to date, one process at a time, each migration in its own transaction. */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { url, schema, migrations, log } = options;
  const lock: PgClient = new pg.Client({ connectionString: url, application_name: `${schema} migration` });
  lock.on('error', (error) => log.warn('the connection that guards the migration broke', { schema, error }));
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1, hashtext($2))', [lockSpace, `migrate ${schema}`]);
    await refuseNewer(lock, schema, migrations);
    return await run(options);
  } finally {
    await lock.end();
  }
}

async function run(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { url, schema, migrations, log } = options;
  const settings = dataSourceOptions({ url, schema, poolSize: 1, logName: `${schema} migration`, log });
  // Rewriting a large table takes as long as it takes.
  const source = new DataSource({ ...settings, extra: { ...(settings.extra as object), statement_timeout: 0, query_timeout: 0 } });
  await source.initialize();
  const runner = source.createQueryRunner();
  const table = `${plainName(schema)}.${migrationsTable}`;
  try {
    await runner.query(`create table if not exists ${table} (name text primary key, position integer not null, at timestamptz not null)`);
    const done = new Set(((await runner.query(`select name from ${table}`)) as { name: string }[]).map((row) => row.name));
    const applied: string[] = [];
    for (const [position, Migration] of (migrations as readonly (new () => MigrationInterface)[]).entries()) {
      const { name } = Migration;
      if (done.has(name)) continue;
      await runner.startTransaction();
      try {
        await new Migration().up(runner);
        await runner.query(`insert into ${table} (name, position, at) values ($1, $2, now())`, [name, position]);
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction();
        throw new Error(`migration ${name} of schema ${schema} failed`, { cause: error });
      }
      applied.push(name);
    }
    log.info(applied.length === 0 ? 'schema is up to date' : 'schema migrated', { schema, applied });
    return { applied };
  } finally {
    await runner.release();
    await source.destroy();
  }
}

async function refuseNewer(client: PgClient, schema: string, migrations: readonly Function[]): Promise<void> {
  const table = `${plainName(schema)}.${migrationsTable}`;
  const present = await client.query<{ found: string | null }>('select to_regclass($1)::text as found', [table]);
  if (present.rows[0]?.found == null) return;
  const done = await client.query<{ name: string }>(`select name from ${table} order by position`);
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = done.rows.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new SchemaNewer(schema, unknown);
}

/**
 * The whole of a service's `migrate.ts`: migrates with `DRAWBRIDGE_MIGRATION_URL` and sets the exit code. An error is
 * one line on the log.
 */
export async function runMigrations(options: { readonly schema: string; readonly migrations: readonly Function[] }): Promise<void> {
  const log = createLogger(options.schema);
  const url = process.env['DRAWBRIDGE_MIGRATION_URL'];
  if (url === undefined || url === '') {
    log.error('DRAWBRIDGE_MIGRATION_URL is not set', { code: 'DBR-CONFIG' });
    process.exitCode = 1;
    return;
  }
  try {
    await migrate({ ...options, url, log });
  } catch (error) {
    log.error('the schema could not be migrated', { schema: options.schema, error });
    process.exitCode = 1;
  }
}
