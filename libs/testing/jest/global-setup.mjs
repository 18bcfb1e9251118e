import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts one Postgres and one Kafka for the whole run, unless a surrounding run already did. Where they are is written
 * to a file that `DRAWBRIDGE_TEST_CLUSTER` names.
 */
export default async function setUp() {
  if (process.env.DRAWBRIDGE_TEST_CLUSTER !== undefined) return;
  const { startCluster } = await import('../dist/src/cluster.js');
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-it-'));
  // The database user must be able to pass through.
  await chmod(folder, 0o755);
  const cluster = await startCluster(folder);
  const file = join(folder, 'cluster.json');
  await writeFile(file, JSON.stringify(cluster.facts), { mode: 0o600 });
  process.env.DRAWBRIDGE_TEST_CLUSTER = file;
  globalThis.drawbridgeTestCluster = {
    async stop() {
      delete process.env.DRAWBRIDGE_TEST_CLUSTER;
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
