import { runMigrations } from '@drawbridge/postgres';
import { Console0001 } from '../migrations/0001-console.js';
import { Console0002 } from '../migrations/0002-console-retention.js';
import { Console0003 } from '../migrations/0003-console-projects.js';
import { IdempotencyOwners0004 } from '../migrations/0004-idempotency-owners.js';
import { Console0005 } from '../migrations/0005-event-words.js';
import { PayloadHalves0006 } from '../migrations/0006-payload-halves.js';

await runMigrations({
  schema: 'console',
  migrations: [Console0001, Console0002, Console0003, IdempotencyOwners0004, Console0005, PayloadHalves0006],
});
