import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commit, thisMachine } from '@drawbridge/e2e';
import { repositoryRoot } from '@drawbridge/local';
import { lastLine } from './intake/children.js';

/**
 * How long late labels take: a million of them, for the newest fifth of ten million stored predictions, on a Postgres of its
 * own. Writes docs/evidence/labels.json.
 *
 *   npm run bench:labels [-- --predictions 10000000] [-- --labels 1000000] [-- --rounds 1] [-- --dry]
 */
const { values } = parseArgs({
  options: {
    predictions: { type: 'string', default: '10000000' },
    labels: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '1' },
    dry: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const loadBefore = loadavg()[0] ?? 0;
// Before the long run: the tree may move on under it.
const measured = await commit();
const runs: unknown[] = [];
for (let round = 0; round < rounds; round += 1) {
  const program = join(repositoryRoot, 'services/monitoring/dist/bench/label-join.js');
  runs.push(await lastLine(program, [values.predictions, values.labels]));
  console.log(JSON.stringify(runs.at(-1)));
}
const result = {
  what:
    'Late labels, in random order, for the newest fifth of the stored predictions: stored by COPY in the batches of Kafka, joined, and every ' +
    'window measured and announced, by the parts of the service without the rests it takes between them. The predictions are made by the ' +
    'server: ids of version 7, features of 360 bytes as for a model with twenty, hourly windows of four monitors, a partition a day. The server ' +
    'runs with its default memory of 96 MB, without fsync, as in tests',
  command: `npm run bench:labels -- --predictions ${values.predictions} --labels ${values.labels} --rounds ${String(rounds)}`,
  at: new Date().toISOString(),
  commit: measured,
  machine: thisMachine(loadBefore),
  targets: { joinSeconds: { most: 5, aim: 2 } },
  runs,
};
if (!values.dry) {
  const file = join(repositoryRoot, 'docs/evidence/labels.json');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
