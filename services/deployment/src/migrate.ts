import { runMigrations } from '@drawbridge/postgres';
import { Deployment0001 } from '../migrations/0001-deployment.js';

await runMigrations({ schema: 'deployment', migrations: [Deployment0001] });
