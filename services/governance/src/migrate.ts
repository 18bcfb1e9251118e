import { runMigrations } from '@drawbridge/postgres';
import { Governance1795392000001 } from '../migrations/0001-governance.js';
import { WhoAsksToDeploy1795392000002 } from '../migrations/0002-who-asks-to-deploy.js';
import { IdempotencyOwners1795392000003 } from '../migrations/0003-idempotency-owners.js';

await runMigrations({
  schema: 'governance',
  migrations: [Governance1795392000001, WhoAsksToDeploy1795392000002, IdempotencyOwners1795392000003],
});
