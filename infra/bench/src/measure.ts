import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { commit, type StartedStack, startStack, steps, thisMachine, withTable } from '@drawbridge/e2e';
import { homeFolder, readState, repositoryRoot } from '@drawbridge/local';
import { type Measurement, tableOf } from './measurement.js';
import { playStory, type StoryRun } from './story-run.js';

/**
 * Starts a stack in an empty folder, stops it, starts it again, plays the story with the memory of all processes sampled,
 * and loads the production intake. Writes docs/evidence/measure.json and the table of docs/performance.md.
 *
 *   npm run measure [-- --skip-intake] [-- --dry]     --dry prints and writes nothing
 */
const skipIntake = process.argv.includes('--skip-intake');
const dry = process.argv.includes('--dry');
const run = promisify(execFile);
const rounded = (ms: number): number => Number((ms / 1000).toFixed(1));

// Install and build are no part of a start; what is up to date costs it a moment.
const { prepare } = (await import(join(repositoryRoot, 'infra/local/bin/prepare.mjs'))) as { readonly prepare: () => Promise<void> };
await prepare();

const loadBefore = loadavg()[0] ?? 0;
const home = await mkdtemp(join(tmpdir(), 'drawbridge-measure-'));
try {
  console.log('first start');
  const first = await startStack(home);
  const stopMs = await first.stop();
  console.log(`  ${String(rounded(first.startMs))} s, stopped in ${String(rounded(stopMs))} s\nsecond start`);
  const second = await startStack(home);
  console.log(`  ${String(rounded(second.startMs))} s\nstory`);
  const story = await storyOn(second);
  const toRollback = story.steps.get(steps.rolledBack);
  if (story.exitCode !== 0 || toRollback === undefined)
    throw new Error(`the story ended with ${String(story.exitCode)}; nothing is written`);
  const measurement: Measurement = {
    what: 'Start, stop, story and memory of the embedded stack; load of the production intake on a cluster of its own',
    command: 'npm run measure',
    at: new Date().toISOString(),
    commit: await commit(),
    machine: thisMachine(loadBefore),
    seconds: {
      firstStart: rounded(first.startMs),
      secondStart: rounded(second.startMs),
      stop: rounded(stopMs),
      story: Number(story.seconds.toFixed(1)),
      toRollback,
      demoToRollback: Number((first.startMs / 1000 + toRollback).toFixed(1)),
    },
    peakPss: { totalMiB: story.peakMiB, partsMiB: story.partsMiB },
    story: { steps: story.steps.size, exitCode: story.exitCode },
    ...(skipIntake ? {} : { intake: await loadIntake() }),
  };
  console.log(JSON.stringify(measurement, null, 2));
  if (!dry) await keep(measurement);
} finally {
  await rm(home, { recursive: true, force: true });
}

/** Plays the story on a running stack and stops it, however the story ends. */
async function storyOn(stack: StartedStack): Promise<StoryRun> {
  try {
    const folder = homeFolder({ DRAWBRIDGE_HOME: home });
    const state = await readState(folder);
    if (state === undefined) throw new Error(`${folder.state} cannot be read`);
    const { adminKey } = JSON.parse(await readFile(folder.secrets, 'utf8')) as { adminKey: string };
    return await playStory(stack, state, adminKey);
  } finally {
    await stack.stop();
  }
}

/** The load test of monitoring: its own Kafka and Postgres, the production process, every row counted. */
async function loadIntake(): Promise<Record<string, unknown>> {
  console.log('intake');
  const { stdout } = await run(
    process.execPath,
    ['--enable-source-maps', 'services/monitoring/dist/bench/throughput.js', '200000', '200000'],
    {
      cwd: repositoryRoot,
      timeout: 900_000,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
}

async function keep(measurement: Measurement): Promise<void> {
  const evidence = join(repositoryRoot, 'docs/evidence/measure.json');
  const page = join(repositoryRoot, 'docs/performance.md');
  await mkdir(dirname(evidence), { recursive: true });
  await writeFile(evidence, `${JSON.stringify(measurement, null, 2)}\n`);
  await writeFile(page, withTable(await readFile(page, 'utf8'), tableOf(measurement)));
  console.log('wrote docs/evidence/measure.json and the table of docs/performance.md');
}
