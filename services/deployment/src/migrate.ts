import { runMigrations } from '@drawbridge/postgres';
import { Deployment0001 } from '../migrations/0001-deployment.js';
import { AskedAgain0002 } from '../migrations/0002-asked-again.js';

await runMigrations({ schema: 'deployment', migrations: [Deployment0001, AskedAgain0002] });
