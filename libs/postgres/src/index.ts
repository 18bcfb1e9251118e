export { afterCommit } from './after-commit.js';
export { type BeforeCommit, withBeforeCommit } from './before-commit.js';
export { migrationHelpers } from './common-tables.js';
export { createDataSource, type DatabaseSettings, dataSourceOptions, type Transaction } from './database.js';
export { isConflict, isTransient, isUniqueViolation, sqlState } from './errors.js';
export { migrate, type MigrateOptions, runMigrations, SchemaNewer } from './migrate.js';
export { plainName } from './names.js';
export { inTransaction } from './transaction.js';
export { DataSource } from 'typeorm';
