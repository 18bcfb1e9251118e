import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLogger } from '@drawbridge/telemetry';
import pg from 'pg';

interface Facts {
  readonly adminUrl: string;
  readonly rolePasswords: Readonly<Record<string, string>>;
}

/** The server that the integration run started; see the set-up in libs/testing, which the libraries below it must not import. */
function facts(): Facts {
  const file = process.env['DRAWBRIDGE_TEST_CLUSTER'];
  if (file === undefined) throw new Error('no test cluster: run this test with `npm run test:it`');
  return JSON.parse(readFileSync(file, 'utf8')) as Facts;
}

export const quiet = createLogger('test', { write: () => true });

async function asAdmin(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** For the tests of this library and of those right above it: a database of one's own with the schema `registry`, its owner and its runtime role. */
export class TestDatabase {
  private constructor(
    private readonly name: string,
    private readonly known: Facts,
  ) {}

  static async create(): Promise<TestDatabase> {
    const known = facts();
    const name = `t_${randomUUID().replaceAll('-', '')}`;
    const roles = ['registry', 'registry_owner'].map(
      (role) =>
        `do $$ begin create role ${role} login password '${known.rolePasswords[role] ?? role}'; exception when duplicate_object then null; end $$`,
    );
    await asAdmin(known.adminUrl, [...roles, `create database ${name}`]);
    const database = new TestDatabase(name, known);
    await asAdmin(database.adminUrl, [
      'create schema registry authorization registry_owner',
      'grant usage on schema registry to registry',
      'alter default privileges for role registry_owner in schema registry grant select, insert, update, delete on tables to registry',
      'alter default privileges for role registry_owner in schema registry grant usage on sequences to registry',
    ]);
    return database;
  }

  get adminUrl(): string {
    const url = new URL(this.known.adminUrl);
    url.pathname = `/${this.name}`;
    return url.toString();
  }

  url(role: 'registry' | 'registry_owner'): string {
    const url = new URL(this.adminUrl);
    url.username = role;
    url.password = this.known.rolePasswords[role] ?? role;
    return url.toString();
  }

  /** Ends server processes by SIGTERM, as an administrator or a crash would. Returns how many. */
  async terminate(applicationName: string): Promise<number> {
    const client = new pg.Client({ connectionString: this.known.adminUrl });
    await client.connect();
    try {
      const ended = await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = $2',
        [this.name, applicationName],
      );
      return ended.rowCount ?? 0;
    } finally {
      await client.end();
    }
  }

  async drop(): Promise<void> {
    await asAdmin(this.known.adminUrl, [`drop database if exists ${this.name} with (force)`]);
  }
}
