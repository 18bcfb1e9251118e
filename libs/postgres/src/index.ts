export { migrationHelpers } from './common-tables.js';
export { createDataSource, type DatabaseSettings, dataSourceOptions, type Transaction } from './database.js';
export { isTransient } from './errors.js';
export { migrate, type MigrateOptions, runMigrations } from './migrate.js';
export { inTransaction } from './transaction.js';
