import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commit, thisMachine, withTable } from '@drawbridge/e2e';
import { repositoryRoot } from '@drawbridge/local';
import { ownCluster } from '@drawbridge/testing';
import { type Gate, type Load, measureIn, passGate, type Production, runProduction } from './intake/children.js';
import { peers, STREAMS } from './intake/peers.js';
import { intakeTable, type IntakeResult, ratiosOf } from './intake/result.js';
import { type Figure, figureOf, interleaved, MOST_SPREAD } from './intake/rounds.js';
import { measureStreams, prepareStreams } from './intake/streams.js';
import { measurements, productions } from './intake/suite.js';
import { fillTopic, settingsOf, writeWorkload } from './intake/workload-folder.js';
import { SEED } from './workload/draws.js';
import { variantOf, variants } from './workload/variants.js';

/**
 * What an event costs the intake, beside what it costs others: on a Kafka of its own, every measurement a process of its
 * own, in turns. The same windows as a plain reference come first. Writes docs/evidence/intake.json and the table of
 * docs/performance.md.
 *
 *   npm run bench:intake [-- --events 400000] [-- --rounds 5] [-- --production 3] [-- --allow-spread] [-- --dry]
 */
const PRODUCTION_TIMES = 6;
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '400000' },
    rounds: { type: 'string', default: '5' },
    /** Runs of the production process. */
    production: { type: 'string', default: '3' },
    'allow-spread': { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});
const [events, rounds, runs] = [Number(values.events), Number(values.rounds), Number(values.production)];
/** The process pays for its start, however many events it counts. */
const productionEvents = PRODUCTION_TIMES * events;
/** For everybody: what a process pays once, for starting and compiling, is not what an event costs. */
const warmUp = Math.ceil(0.5 * events);
const GATE_EVENTS = 20_000;

const loadBefore = loadavg()[0] ?? 0;
// Before the long run: the tree may move on under it.
const measured = await commit();
const home = await mkdtemp(join(tmpdir(), 'drawbridge-intake-'));
const skipped: Record<string, string> = {};
try {
  const gate = await gates();
  const production: Record<string, Production[]> = {};
  const figures = await speeds(production);
  for (let run = rounds; run < runs; run += 1) await runProductions(production);
  const result: IntakeResult = {
    what: 'Processor time per prediction of the intake and of the usual ways, on a real Kafka; the same windows as a plain reference first',
    command: `npm run bench:intake -- --events ${String(events)} --rounds ${String(rounds)} --production ${String(runs)}${values['allow-spread'] ? ' --allow-spread' : ''}`,
    at: new Date().toISOString(),
    commit: measured,
    machine: thisMachine(loadBefore),
    seed: SEED,
    events,
    warmUp,
    rounds,
    workloads: Object.fromEntries(variants.map(({ name, sha256 }) => [name, sha256])),
    gate,
    figures,
    ratios: ratiosOf(figures, production),
    production,
    productionEvents,
    ...(Object.keys(skipped).length === 0 ? {} : { skipped }),
  };
  console.log(intakeTable(result).join('\n'));
  const wide = Object.entries(figures).filter(([, { spread }]) => spread > MOST_SPREAD);
  for (const [name, { spread }] of wide) console.error(`${name}: the rounds differ by ${(spread * 100).toFixed(0)} %`);
  if (wide.length > 0 && !values['allow-spread']) {
    console.error('nothing is written: run it on a machine that does nothing else, or with --allow-spread');
    process.exitCode = 1;
  } else if (!values.dry) await keep(result);
} finally {
  await rm(home, { recursive: true, force: true });
}

async function gates(): Promise<Record<string, Gate>> {
  const passed: Record<string, Gate> = {};
  for (const variant of variants) {
    const folder = join(home, `gate-${variant.name}`);
    await writeWorkload(folder, variant, Math.min(GATE_EVENTS, events));
    passed[variant.name] = await passGate(folder);
    console.log(`same windows: ${variant.name}`);
  }
  return passed;
}

/** The production process takes its turn in each round: what the machine does besides strikes it like the others. */
async function speeds(production: Record<string, Production[]>): Promise<Record<string, Figure>> {
  const streams = await prepareStreams(home).catch((error: unknown) => {
    skipped[STREAMS] = error instanceof Error ? error.message : String(error);
    console.error(`SKIPPED ${STREAMS}: ${skipped[STREAMS]}`);
    return undefined;
  });
  const cluster = await ownCluster();
  try {
    for (const name of new Set(measurements.map(({ variant }) => variant))) {
      await writeWorkload(join(home, name), variantOf(name), events);
      await fillTopic(cluster.facts, name, variantOf(name), events);
      console.log(`filled: ${name}`);
    }
    const ours = measurements.map((one) => ({ ...one, measure: (load: Load) => measureIn(one, load) }));
    const others = streams === undefined ? [] : peers.map((one) => ({ ...one, measure: (load: Load) => measureStreams(streams, load) }));
    const readings = await interleaved(
      [...ours, ...others],
      rounds,
      async (one) => {
        const reading = await one.measure({
          folder: join(home, one.variant),
          kafka: settingsOf(cluster.facts, one.variant),
          events,
          warmUp,
        });
        console.log(`${one.name.padEnd(50)} ${(reading.cpuMicroseconds / reading.events).toFixed(3)}`);
        return reading;
      },
      (round) => (round < runs ? runProductions(production) : Promise.resolve()),
    );
    return Object.fromEntries([...readings].map(([name, of]) => [name, figureOf(of)]));
  } finally {
    await cluster.stop();
  }
}

async function runProductions(found: Record<string, Production[]>): Promise<void> {
  for (const one of productions) {
    const folder = join(home, `production-${one.variant}`);
    if (found[one.name] === undefined) await writeWorkload(folder, variantOf(one.variant), productionEvents);
    const result = await runProduction(one, folder);
    (found[one.name] ??= []).push(result);
    console.log(one.name.padEnd(50), JSON.stringify(result));
  }
}

async function keep(result: IntakeResult): Promise<void> {
  const evidence = join(repositoryRoot, 'docs/evidence/intake.json');
  const page = join(repositoryRoot, 'docs/performance.md');
  await mkdir(dirname(evidence), { recursive: true });
  await writeFile(evidence, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(page, withTable(await readFile(page, 'utf8'), intakeTable(result), 'intake'));
  console.log('wrote docs/evidence/intake.json and the table of docs/performance.md');
}
