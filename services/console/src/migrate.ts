import { runMigrations } from '@drawbridge/postgres';
import { Console0001 } from '../migrations/0001-console.js';

await runMigrations({ schema: 'console', migrations: [Console0001] });
