import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commit, thisMachine, withTable } from '@drawbridge/e2e';
import { repositoryRoot } from '@drawbridge/local';
import { lastLine } from './intake/children.js';
import { writeWorkload } from './intake/workload-folder.js';
import { type ClosingRun, type MemoryRun, modelsTable, type ModelsResult, targets } from './models/result.js';
import { variantOf } from './workload/variants.js';

/**
 * What many models cost the production process: its memory while it counts a hundred of them, and how long a thousand that
 * drift at the same moment keep whoever listens waiting. On a Kafka and a Postgres of its own. Writes
 * docs/evidence/models.json and the table of docs/performance.md.
 *
 *   npm run bench:models [-- --events 400000] [-- --memory 100] [-- --closing 1000] [-- --rows 60] [-- --rounds 5] [-- --dry]
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '400000' },
    /** Models whose memory is measured. */
    memory: { type: 'string', default: '100' },
    /** Models whose windows end together. */
    closing: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    dry: { type: 'boolean', default: false },
  },
});
const program = (name: string): string => join(repositoryRoot, `services/monitoring/dist/bench/models/${name}.js`);

const loadBefore = loadavg()[0] ?? 0;
// Before the long run: the tree may move on under it.
const measured = await commit();
const home = await mkdtemp(join(tmpdir(), 'drawbridge-models-'));
try {
  const [many, few] = [join(home, 'many'), join(home, 'few')];
  await writeWorkload(many, { ...variantOf('logged'), models: Number(values.memory) }, Number(values.events));
  const memory = (await lastLine(program('memory'), [many])) as MemoryRun;
  console.log(JSON.stringify(memory));
  if (memory.counted !== memory.events) throw new Error(`counted ${String(memory.counted)} events of ${String(memory.events)}`);
  await writeWorkload(few, variantOf('logged'), 20_000);
  const closing = (await lastLine(program('closing'), [few, values.closing, values.rows, values.rounds])) as ClosingRun;
  console.log(JSON.stringify(closing));
  const result: ModelsResult = {
    what:
      'Resident memory of the production process while it counts the workload, rows kept in Postgres, windows of ten seconds; and the time from ' +
      'the flush of the last event that the windows of all models needed until a listener on the bus had the last drift.detected',
    command: `npm run bench:models -- --events ${values.events} --memory ${values.memory} --closing ${values.closing} --rows ${values.rows} --rounds ${values.rounds}`,
    at: new Date().toISOString(),
    commit: measured,
    machine: thisMachine(loadBefore),
    targets,
    memory,
    closing,
  };
  const table = modelsTable(result);
  console.log(table.join('\n'));
  if (!values.dry) await keep(result, table);
} finally {
  await rm(home, { recursive: true, force: true });
}

async function keep(result: ModelsResult, table: readonly string[]): Promise<void> {
  const evidence = join(repositoryRoot, 'docs/evidence/models.json');
  const page = join(repositoryRoot, 'docs/performance.md');
  await mkdir(dirname(evidence), { recursive: true });
  await writeFile(evidence, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(page, withTable(await readFile(page, 'utf8'), [...table], 'models'));
  console.log('wrote docs/evidence/models.json and the table of docs/performance.md');
}
