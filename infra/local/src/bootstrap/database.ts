import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { LocalError } from '../errors.js';
import { codeOf, messageOf } from '../failure.js';

export interface DatabaseOptions {
  /** URL of a role that may create databases and roles. Used here and nowhere else. */
  readonly adminUrl: string;
  /** One schema, one runtime role and one migration role for each. */
  readonly services: readonly string[];
  readonly database?: string;
  /** Password of each role by its name; those that are missing are chosen at random. */
  readonly passwords?: Readonly<Record<string, string>>;
}

export interface ServiceDatabase {
  /** The runtime role: reads and writes rows of its own schema, nothing else. */
  readonly url: string;
  /** The migration role: owns the schema. */
  readonly migrationUrl: string;
}

/** Serialises two bootstraps of one server; the number means nothing. */
const bootstrapLock = 4_700_001;

function urlFor(adminUrl: string, database: string, user: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = user;
  url.password = encodeURIComponent(password);
  url.pathname = `/${database}`;
  return url.toString();
}

function onDatabase(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  const found = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (found.rowCount === 0) await client.query(`create role ${name}`);
  // On another's server only a superuser may name the last two, and a new role has neither anyway.
  await client.query(`alter role ${name} login nocreatedb nocreaterole password ${client.escapeLiteral(password)}`);
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  const found = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (found.rowCount === 0) await client.query(`create database ${name} encoding 'UTF8' template template0`);
  await client.query(`revoke all on database ${name} from public`);
}

async function ensureSchema(client: pg.Client, database: string, service: string): Promise<void> {
  const schema = client.escapeIdentifier(service);
  const runtime = client.escapeIdentifier(service);
  const owner = client.escapeIdentifier(`${service}_owner`);
  const db = client.escapeIdentifier(database);
  // An administrator who is no superuser must be a member to create for, and alter defaults of, the owner.
  await client.query(`grant ${owner} to current_user`);
  await client.query(`create schema if not exists ${schema} authorization ${owner}`);
  await client.query(`grant connect on database ${db} to ${runtime}, ${owner}`);
  await client.query(`grant usage on schema ${schema} to ${runtime}`);
  for (const role of [runtime, owner]) {
    await client.query(`alter role ${role} in database ${db} set search_path = ${schema}`);
  }
  const defaults = `alter default privileges for role ${owner}`;
  await client.query(`${defaults} in schema ${schema} grant select, insert, update, delete on tables to ${runtime}`);
  await client.query(`${defaults} in schema ${schema} grant usage, select on sequences to ${runtime}`);
  await client.query(`${defaults} in schema ${schema} grant execute on functions to ${runtime}`);
  await client.query(`${defaults} revoke execute on functions from public`);
}

function refusal(error: unknown, adminUrl: string): unknown {
  const { hostname, port, username } = new URL(adminUrl);
  const where = `${username}@${hostname}:${port === '' ? '5432' : port}`;
  const message = messageOf(error);
  if (codeOf(error) === '42501') return new LocalError('DBR-DB-RIGHTS', `${where}: ${message}`, [], { cause: error });
  return new LocalError('DBR-DB-UNHEALTHY', `${where}: ${message}`, [], { cause: error });
}

/**
 * Prepares a database for the services: roles, schemas, default privileges. May run any number of times, also against
 * a server that is not ours; passwords are set to the given ones each time. Returns the URLs by service.
 */
export async function bootstrapDatabase(options: DatabaseOptions): Promise<Record<string, ServiceDatabase>> {
  const { adminUrl, services } = options;
  const database = options.database ?? 'drawbridge';
  const password = (role: string): string => options.passwords?.[role] ?? randomBytes(24).toString('base64url');
  const passwords = Object.fromEntries(services.flatMap((name) => [name, `${name}_owner`]).map((role) => [role, password(role)]));
  try {
    await connected(adminUrl, async (client) => {
      await client.query('select pg_advisory_lock($1)', [bootstrapLock]);
      await client.query('set log_statement = none').catch(() => undefined);
      for (const [role, secret] of Object.entries(passwords)) await ensureRole(client, role, secret);
      await ensureDatabase(client, database);
      await connected(onDatabase(adminUrl, database), async (inside) => {
        await inside.query('begin');
        await inside.query('revoke all on schema public from public');
        for (const service of services) await ensureSchema(inside, database, service);
        await inside.query('commit');
      });
    });
  } catch (error) {
    throw refusal(error, adminUrl);
  }
  return Object.fromEntries(
    services.map((service) => [
      service,
      {
        url: urlFor(adminUrl, database, service, passwords[service] ?? ''),
        migrationUrl: urlFor(adminUrl, database, `${service}_owner`, passwords[`${service}_owner`] ?? ''),
      },
    ]),
  );
}
