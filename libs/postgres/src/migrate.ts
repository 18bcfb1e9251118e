import type { Logger } from '@drawbridge/telemetry';

export interface MigrateOptions {
  /** URL of the schema's owner. */
  readonly url: string;
  readonly schema: string;
  readonly migrations: readonly Function[];
  readonly log: Logger;
}

export function migrate(_options: MigrateOptions): Promise<{ applied: string[] }> {
  throw new Error('pending');
}

export function runMigrations(_options: { schema: string; migrations: readonly Function[] }): Promise<void> {
  throw new Error('pending');
}
