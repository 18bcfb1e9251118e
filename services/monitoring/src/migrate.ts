import { runMigrations } from '@drawbridge/postgres';
import { Monitoring1795392000001 } from '../migrations/0001-monitoring.js';

await runMigrations({ schema: 'monitoring', migrations: [Monitoring1795392000001] });
