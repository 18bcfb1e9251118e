/**
 * Loaded by `node --import @drawbridge/telemetry/start`, before anything else.
 *
 * What is instrumented is CommonJS or built in, and its instrumentations change it in place. So it is required here, once, where
 * the instrumentations see it; whoever imports it later, by either module system, gets the changed one. The loader hook for ES
 * modules would do the same by taking every module of the process apart: 2.6 s of work at each start of a service.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { startSdk } from './start-sdk.js';

startSdk();

const require = createRequire(import.meta.url);
for (const name of ['http', 'https', 'pg', 'pg-pool', 'kafkajs']) {
  try {
    require(name);
  } catch (error) {
    // Not every service has a database; what is there must load.
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
  }
}
// Named imports of a built-in module are copies: bring them up to date.
syncBuiltinESMExports();
