import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePortBlock, repositoryRoot } from '@drawbridge/local';

export interface StartedStack {
  readonly urls: Readonly<Record<string, string>>;
  /** The listener for producers without credentials. */
  readonly brokers: string;
  readonly startMs: number;
  readonly pid: number;
  /** SIGTERM, as a service manager sends it; rejects unless the stack ends with 0 in time. */
  stop(): Promise<number>;
}

const START_MS = 240_000;
const STOP_MS = 20_000;

/** Starts the embedded stack as `npm start` does, in a folder of its own and on free ports. */
export async function startStack(home: string, env: NodeJS.ProcessEnv = {}): Promise<StartedStack> {
  const base = await freePortBlock(10);
  const begun = Date.now();
  const child = spawn(process.execPath, [join(repositoryRoot, 'infra/local/bin/start.mjs'), '--port-base', String(base), '--json'], {
    cwd: repositoryRoot,
    env: { ...process.env, ...env, DRAWBRIDGE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const state = await Promise.race([
    running(home),
    ended.then((code) => Promise.reject(new Error(`the stack ended with ${String(code)}:\n${output}`))),
  ]);
  const startMs = Date.now() - begun;
  return {
    urls: state.urls,
    brokers: state.kafka.openBrokers,
    startMs,
    pid: child.pid ?? -1,
    stop: async () => {
      const asked = Date.now();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const code = await ended;
      clearTimeout(timer);
      if (code !== 0) throw new Error(`the stack stopped with ${String(code)}:\n${output.slice(-3000)}`);
      return Date.now() - asked;
    },
  };
}

interface State {
  readonly status: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly kafka: { readonly openBrokers: string };
}

/** The state file says `running` once the self-check has passed. */
async function running(home: string): Promise<State> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const state = await readFile(join(home, 'stack.json'), 'utf8').then(
      (text) => JSON.parse(text) as State,
      () => undefined,
    );
    if (state?.status === 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the stack did not start within ${String(START_MS / 1000)} s`);
}
