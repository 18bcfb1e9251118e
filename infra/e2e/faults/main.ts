import { mkdtemp } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commit } from '../src/evidence/commit.js';
import { thisMachine } from '../src/evidence/machine.js';
import { experiments } from './catalogue.js';
import { type EvidenceLine, keepEvidence, verdictOf } from './evidence.js';
import { runExperiment, withCluster } from './run.js';

/**
 * Faults that must be survived, on real processes, a real Kafka and a real Postgres. The long form writes
 * docs/evidence/faults.ndjson and the table of docs/reliability.md, the short one only prints.
 *
 *   npm run evidence:faults [-- --only kills,zombies] [-- --seed 7] [-- --out folder]
 *   npm run faults --workspace @drawbridge/e2e -- --only scale
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
if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, not ${values.seed}`);
const names = values.only?.split(',');
const order = experiments.map(({ name }) => name);
const unknown = names?.find((name) => !order.includes(name));
if (unknown !== undefined) throw new Error(`there is no experiment ${unknown}, only ${order.join(', ')}`);
const chosen = experiments.filter(({ name }) => names?.includes(name) ?? true);
const out =
  values.out === undefined ? await mkdtemp(join(tmpdir(), 'drawbridge-faults-')) : resolve(process.env['INIT_CWD'] ?? '.', values.out);
console.log(`seed ${String(seed)}; history, ledger and logs in ${out}`);

const machine = thisMachine(loadavg()[0] ?? 0);
// Before the long run: the tree may move on under it.
const measured = await commit();
const lines: EvidenceLine[] = [];
await withCluster(async (cluster) => {
  for (const experiment of chosen) {
    const size = values.long ? experiment.sizes.long : experiment.sizes.short;
    const finished = await runExperiment(experiment, { seed, size, out, cluster });
    const { figures, failures, seconds, notRun } = finished;
    const { name, about } = experiment;
    const verdict = verdictOf(experiment, finished);
    const line = {
      experiment: name,
      about,
      verdict,
      seed,
      commit: measured,
      at: new Date().toISOString(),
      seconds,
      figures,
      failures,
      machine,
    };
    lines.push(line);
    console.log(JSON.stringify({ experiment: name, verdict, seconds, ...figures }));
    if (notRun !== undefined) console.error(`  ${name} was NOT RUN: ${notRun}`);
    for (const failure of failures) console.error(`  ${failure}`);
  }
});
if (values.long) {
  // What could not be tried here leaves the line of a machine that could.
  await keepEvidence(
    lines.filter(({ verdict }) => verdict !== 'not run'),
    order,
  );
  console.log('wrote docs/evidence/faults.ndjson and the table of docs/reliability.md');
}
process.exitCode = lines.every(({ verdict }) => verdict !== 'failed') ? 0 : 1;
