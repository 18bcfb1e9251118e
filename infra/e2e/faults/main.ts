import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { experiments } from './catalogue.js';
import { runExperiment, withCluster } from './run.js';

/**
 * Faults that must be survived, on real processes, a real Kafka and a real Postgres.
 *
 *   npm run evidence:faults [-- --only kills,zombies] [-- --short] [-- --seed 7] [-- --out folder]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20261123' },
    out: { type: 'string' },
  },
});
const seed = Number(values.seed);
const names = values.only?.split(',');
const unknown = names?.find((name) => !experiments.some((experiment) => experiment.name === name));
if (unknown !== undefined) {
  throw new Error(`there is no experiment ${unknown}, only ${experiments.map(({ name }) => name).join(', ')}`);
}
const chosen = experiments.filter(({ name }) => names?.includes(name) ?? true);
const out = values.out === undefined ? await mkdtemp(join(tmpdir(), 'drawbridge-faults-')) : resolve(values.out);
console.log(`seed ${String(seed)}; history, ledger and logs in ${out}`);

let failed = 0;
await withCluster(async (cluster) => {
  for (const experiment of chosen) {
    const size = values.long ? experiment.sizes.long : experiment.sizes.short;
    const { figures, failures, seconds } = await runExperiment(experiment, { seed, size, out, cluster });
    const verdict = failures.length === 0 ? 'held' : 'failed';
    if (failures.length > 0) failed += 1;
    console.log(JSON.stringify({ experiment: experiment.name, verdict, seconds, ...figures }));
    for (const failure of failures) console.error(`  ${failure}`);
  }
});
process.exitCode = failed === 0 ? 0 : 1;
