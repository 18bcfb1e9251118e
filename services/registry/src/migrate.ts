import { runMigrations } from '@drawbridge/postgres';
import { Registry0001 } from '../migrations/0001-registry.js';

await runMigrations({ schema: 'registry', migrations: [Registry0001] });
