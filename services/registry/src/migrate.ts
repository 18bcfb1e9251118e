import { runMigrations } from '@drawbridge/postgres';
import { Registry0001 } from '../migrations/0001-registry.js';
import { IdempotencyOwners0002 } from '../migrations/0002-idempotency-owners.js';

await runMigrations({ schema: 'registry', migrations: [Registry0001, IdempotencyOwners0002] });
