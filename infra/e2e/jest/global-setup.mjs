import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../dist/src/stack/start-stack.js';

/** Starts one embedded stack on free ports for the whole run and leaves its addresses in the environment. */
export default async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'drawbridge-e2e-'));
  const stack = await startStack(home);
  const { adminKey } = JSON.parse(await readFile(join(home, 'secrets.json'), 'utf8'));
  globalThis.__DRAWBRIDGE_E2E__ = { stack, home };
  Object.assign(process.env, {
    DRAWBRIDGE_CONSOLE_URL: stack.urls.console,
    DRAWBRIDGE_SERVING_URL: stack.urls.serving,
    DRAWBRIDGE_KAFKA_BROKERS: stack.brokers,
    DRAWBRIDGE_API_KEY: adminKey,
    DRAWBRIDGE_E2E_FACTS: join(home, 'facts.json'),
    DRAWBRIDGE_HOME: home,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
  });
}
