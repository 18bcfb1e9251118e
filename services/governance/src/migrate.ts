import { runMigrations } from '@drawbridge/postgres';
import { Governance1795392000001 } from '../migrations/0001-governance.js';

await runMigrations({ schema: 'governance', migrations: [Governance1795392000001] });
