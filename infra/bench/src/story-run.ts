import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StartedStack } from '@drawbridge/e2e';
import { peakPss, repositoryRoot, type StackState } from '@drawbridge/local';

export interface StoryRun {
  readonly exitCode: number;
  /** Seconds after the story's begin, by the name of the step. */
  readonly steps: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly partsMiB: Readonly<Record<string, number>>;
}

interface Line {
  readonly kind: string;
  readonly name: string;
  readonly seconds: number;
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

/** Plays the story as a process of its own, like `npm run demo`, and samples the memory of everything that runs. */
export async function playStory(stack: StartedStack, state: StackState, adminKey: string): Promise<StoryRun> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(repositoryRoot, 'infra/e2e/dist/src/story/main.js'), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...Object.fromEntries(Object.entries(stack.urls).map(([name, url]) => [`DRAWBRIDGE_${name.toUpperCase()}_URL`, url])),
      DRAWBRIDGE_KAFKA_BROKERS: stack.brokers,
      DRAWBRIDGE_TOPIC_PREFIX: state.topicPrefix,
      DRAWBRIDGE_API_KEY: adminKey,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
    },
  });
  const sampler = peakPss(() => ({
    ...Object.fromEntries(state.processes.map(({ name, pid }) => [name, pid])),
    story: child.pid ?? -1,
    supervisor: state.supervisor.pid,
  }));
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const steps = new Map<string, number>();
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parse(text);
    if (line === undefined) continue;
    if (line.kind === 'step') steps.set(line.name, line.seconds);
    if (line.kind !== 'note') console.log(`  ${line.kind.padEnd(7)} ${line.seconds.toFixed(1).padStart(6)} s  ${line.name}`);
  }
  const exitCode = await ended;
  sampler.stop();
  const partsMiB = Object.fromEntries(Object.entries(sampler.parts()).map(([name, bytes]) => [name, mebibytes(bytes)]));
  return { exitCode, steps, seconds: (performance.now() - begun) / 1000, peakMiB: mebibytes(sampler.peak()), partsMiB };
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
