import { runMigrations } from '@drawbridge/postgres';
import { Deployment0001 } from '../migrations/0001-deployment.js';
import { AskedAgain0002 } from '../migrations/0002-asked-again.js';
import { Readiness0003 } from '../migrations/0003-readiness.js';
import { IdempotencyOwners0004 } from '../migrations/0004-idempotency-owners.js';

await runMigrations({ schema: 'deployment', migrations: [Deployment0001, AskedAgain0002, Readiness0003, IdempotencyOwners0004] });
