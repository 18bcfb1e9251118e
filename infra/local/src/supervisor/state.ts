import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { codeOf } from '../failure.js';
import { isSame, startMark } from '../process/identity.js';
import type { Home } from './layout.js';
import { writePrivate } from './secrets.js';

export interface ProcessMark {
  readonly name: string;
  readonly pid: number;
  readonly mark: string;
}

/** What the state file says about a stack: for a second start, the CLI and the tests. It holds no secret. */
export interface StackState {
  readonly format: 1;
  readonly version: string;
  readonly status: 'starting' | 'running' | 'stopping';
  readonly supervisor: ProcessMark;
  readonly startedAt: string;
  readonly portBase: number;
  /** Base URL of each service. */
  readonly urls: Readonly<Record<string, string>>;
  readonly kafka: { readonly brokers: string; readonly openBrokers?: string };
  readonly topicPrefix: string;
  /** The file with the administrator's key (field `adminKey`). */
  readonly secretsFile: string;
  readonly logs: string;
  readonly processes: readonly ProcessMark[];
}

export function markOf(name: string, pid: number): ProcessMark {
  return { name, pid, mark: startMark(pid) ?? 'gone' };
}

export async function readState(home: Home): Promise<StackState | undefined> {
  const text = await readFile(home.state, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as StackState;
  } catch {
    return undefined;
  }
}

/** Claims the home for this supervisor; false when another claim is there. */
export async function claimState(home: Home, state: StackState): Promise<boolean> {
  // A link is there whole or not at all: nobody ever reads half a claim.
  const draft = `${home.state}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  try {
    await link(draft, home.state);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export function writeState(home: Home, state: StackState): Promise<void> {
  return writePrivate(home.state, state);
}

export function removeState(home: Home): Promise<void> {
  return rm(home.state, { force: true });
}

export function supervisorLives(state: StackState): boolean {
  return isSame(state.supervisor.pid, state.supervisor.mark);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends what a supervisor that died left behind, and nothing else. Returns the names of what it ended. */
export async function endLeftovers(state: StackState, graceMs = 8000): Promise<string[]> {
  const left = state.processes.filter((process) => isSame(process.pid, process.mark));
  const signal = (name: NodeJS.Signals): void => {
    for (const { pid, mark } of left) {
      if (!isSame(pid, mark)) continue;
      try {
        process.kill(pid, name);
      } catch {
        continue; // gone meanwhile
      }
    }
  };
  signal('SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && left.some(({ pid, mark }) => isSame(pid, mark))) await pause(50);
  signal('SIGKILL');
  while (Date.now() < deadline + 2000 && left.some(({ pid, mark }) => isSame(pid, mark))) await pause(50);
  return left.map((process) => process.name);
}
