import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from '../errors.js';
import { repositoryRoot } from '../package-root.js';
import { peakPss, type PssSampler } from '../process/memory.js';
import type { CommandOptions } from '../supervisor/options.js';
import type { Progress } from '../supervisor/progress.js';
import { serviceUrls } from '../supervisor/service-env.js';
import { greet, type Session } from '../supervisor/session.js';
import { ownedRun } from './start.js';

const storyEntry = join(repositoryRoot, 'infra', 'e2e', 'dist', 'src', 'story', 'main.js');

const ownSettings = ['DRAWBRIDGE_DATABASE_URL', 'DRAWBRIDGE_KAFKA_USERNAME', 'DRAWBRIDGE_KAFKA_PASSWORD'];

/** What the story is told: addresses and keys an outsider would be given, no database and no service credentials. */
export function storyEnv(session: Session, project: string): NodeJS.ProcessEnv {
  const urls = serviceUrls(session.ports);
  return {
    // An administrator's settings of the user's own database and broker are not for outsiders.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownSettings.includes(name))),
    ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [`DRAWBRIDGE_${name.toUpperCase()}_URL`, url])),
    DRAWBRIDGE_ENDPOINT: urls.console,
    DRAWBRIDGE_API_KEY: session.adminKey,
    DRAWBRIDGE_STORY_PROJECT: project,
    DRAWBRIDGE_KAFKA_BROKERS: session.state.kafka.openBrokers ?? session.state.kafka.brokers,
    DRAWBRIDGE_TOPIC_PREFIX: session.state.topicPrefix,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
  };
}

interface Story {
  readonly pid: number;
  readonly ended: Promise<number>;
  stop(): void;
}

function tell(session: Session, project: string, args: readonly string[]): Story {
  const child = spawn(process.execPath, [storyEntry, ...args], {
    env: storyEnv(session, project),
    cwd: repositoryRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return { pid: child.pid ?? -1, ended, stop: () => child.kill('SIGTERM') };
}

function memoryText(sampler: PssSampler): string {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const parts = Object.entries(sampler.parts()).map(([name, bytes]) => `${name} ${megabytes(bytes)}`);
  return `peak memory of all processes: ${megabytes(sampler.peak())} PSS (${parts.join(', ')})`;
}

function rootsOf(session: Session, story: Story): Record<string, number> {
  const own = session.stack?.pids() ?? Object.fromEntries(session.state.processes.map(({ name, pid }) => [name, pid]));
  return { ...own, story: story.pid, supervisor: session.state.supervisor.pid };
}

/** Starts or attaches, plays the story, and stays so that the console can be looked at; with --once it ends with the story. */
export async function demo(options: CommandOptions, progress: Progress): Promise<number> {
  if (!existsSync(storyEntry)) throw new LocalError('DBR-CHECK-FAILED', `${storyEntry} is missing: run npm run build`);
  const run = ownedRun(options, progress);
  try {
    const session = await run.open();
    // Nothing of an earlier run can be taken for this one's, and both can be looked at.
    const project = `flights-${Date.now().toString(36)}`;
    await greet(
      session,
      progress,
      session.stack === undefined ? 'the story follows' : 'the story follows   |   Ctrl C stops everything',
      project,
    );
    const story = tell(session, project, [...(options.json ? ['--json'] : []), ...options.rest]);
    const sampler = peakPss(() => rootsOf(session, story));
    const code = await Promise.race([story.ended, run.asked]);
    if (run.isAsked()) {
      story.stop();
      return code;
    }
    sampler.stop();
    if (sampler.peak() > 0) progress.note(memoryText(sampler));
    if (options.once || session.stack === undefined) return code;
    // The addresses have scrolled away, and the first link may have been used.
    await greet(
      session,
      progress,
      `${code === 0 ? 'the story is told' : 'the story failed'}: npx drawbridge login --local --project ${project}   |   Ctrl C stops everything`,
      project,
    );
    await run.asked;
    return code;
  } finally {
    await run.close();
  }
}
