import type { Logger } from '@drawbridge/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { plainName } from './names.js';

/** An open transaction; the only database type that stores and handlers pass around. */
export type Transaction = EntityManager;

export interface DatabaseSettings {
  /** URL of the service's runtime role. */
  readonly url: string;
  /** Every connection sees this schema only. */
  readonly schema: string;
  readonly entities?: readonly Function[];
  /** Default 10. */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity; default the schema. */
  readonly logName?: string;
  /** Receives lost connections, which the pool replaces by itself. */
  readonly log?: Logger;
}

/** Options for TypeORM; migrations never run from a service. */
export function dataSourceOptions(settings: DatabaseSettings): PostgresDataSourceOptions {
  const { schema, log } = settings;
  return {
    type: 'postgres',
    url: settings.url,
    schema,
    entities: [...(settings.entities ?? [])],
    synchronize: false,
    migrationsRun: false,
    logging: false,
    applicationName: settings.logName ?? schema,
    poolSize: settings.poolSize ?? 10,
    connectTimeoutMS: 5000,
    // A dead connection in the pool must not take the process with it: the pool replaces it.
    poolErrorHandler: (error: unknown) => log?.warn('database connection lost', { error }),
    extra: {
      options: `-c search_path=${plainName(schema)}`,
      keepAlive: true,
      idleTimeoutMillis: 30_000,
      // Nothing of ours holds a transaction open while it waits for something else. One that is frozen in the middle of it
      // holds its locks, and others wait for them no longer than this.
      idle_in_transaction_session_timeout: 10_000,
      statement_timeout: 60_000,
      // The last bound, for a server that does not even answer that a statement took too long.
      query_timeout: 70_000,
    },
  };
}

/** A data source for one schema and role; `initialize()` it before use. */
export function createDataSource(settings: DatabaseSettings): DataSource {
  return new DataSource(dataSourceOptions(settings));
}
