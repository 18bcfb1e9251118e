import { parseArgs } from 'node:util';
import type { AdminConnection } from '@drawbridge/kafka';
import { bootstrapDatabase } from './bootstrap/database.js';
import { bootstrapTopics } from './bootstrap/topics.js';
import { LocalError } from './errors.js';
import { messageOf } from './failure.js';
import { migrationUrls, ownParts } from './supervisor/infrastructure.js';
import { databaseServices } from './supervisor/layout.js';
import { jsonProgress, textProgress, type Progress } from './supervisor/progress.js';
import { migrate } from './supervisor/service-process.js';

/** What an installation must be told, beside the settings of `ownParts`. */
function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new LocalError('DBR-USAGE', `${name} is not set`);
  return value;
}

/**
 * Prepares a database and a broker that somebody else runs: roles, schemas, migrations, topics and access rules.
 * May run any number of times, before each start of a new version. Used by Compose.
 */
export async function install(progress: Progress, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const own = ownParts(env);
  const adminUrl = required(env, 'DRAWBRIDGE_DATABASE_URL');
  required(env, 'DRAWBRIDGE_KAFKA_BROKERS');
  const passwords = Object.fromEntries(
    databaseServices.map((name) => [name, required(env, `DRAWBRIDGE_${name.toUpperCase()}_DB_PASSWORD`)]),
  );
  const { databases } = await progress.step('database', async () => {
    const made = await bootstrapDatabase({ adminUrl, services: databaseServices, passwords });
    return { detail: `${databaseServices.length} schemas and their roles`, databases: made };
  });
  await progress.step('migrations', async () => {
    await migrate(migrationUrls(databases));
    return { detail: 'schemas current' };
  });
  await progress.step('topics', async () => {
    const admin: AdminConnection = own.kafka ?? { brokers: [] };
    const created = await bootstrapTopics({
      admin,
      profile: own.topicProfile,
      prefix: own.topicPrefix,
      acls: env['DRAWBRIDGE_KAFKA_ACLS'] === 'true',
      replication: Math.min(3, admin.brokers.length),
    });
    return { detail: created.length === 0 ? 'as declared' : `${created.length} created` };
  });
}

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const write = (text: string): void => void process.stdout.write(text);
const progress = values.json === true ? jsonProgress(write) : textProgress(write, false);
try {
  await install(progress);
} catch (error) {
  progress.error(error instanceof LocalError ? error : new Error(messageOf(error), { cause: error }));
  process.exitCode = 1;
}
