import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../src/index.js';

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const binary = join(import.meta.dirname, '..', 'bin', 'drawbridge.mjs');

/** The CLI of one user, with a home and a configuration of its own. */
export class Cli {
  private constructor(readonly home: string) {}

  static async create(): Promise<Cli> {
    return new Cli(await mkdtemp(join(tmpdir(), 'drawbridge-cli-')));
  }

  get env(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.home, XDG_CONFIG_HOME: join(this.home, 'config') };
  }

  get configFile(): string {
    return join(this.home, 'config', 'drawbridge', 'config.json');
  }

  /** Runs a command inside this process: the same program without the cost of a start. */
  async run(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end(options.input ?? '');
    const texts = [text(stdout), text(stderr)] as const;
    const { signal } = new AbortController();
    const env = { ...this.env, ...options.env };
    const code = await run(args, { stdin, stdout, stderr, env, cwd: this.home, signal, interrupt: () => undefined });
    stdout.end();
    stderr.end();
    return { code, stdout: await texts[0], stderr: await texts[1] };
  }

  /** Runs it as its users do: a process of its own, without a terminal. */
  spawn(args: readonly string[], options: CliOptions & { readonly interruptAt?: RegExp } = {}): Promise<CliRun> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [binary, ...args], { cwd: this.home, env: { ...this.env, ...options.env } });
      let stdout = '';
      let stderr = '';
      const look = (): void => {
        if (options.interruptAt?.test(`${stdout}${stderr}`) === true) child.kill('SIGINT');
      };
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        look();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        look();
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.input ?? '');
    });
  }

  /** Runs it with `-o json`, expects success, and parses what it printed. */
  async json<T>(args: readonly string[], options?: CliOptions): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '-o', 'json'], options);
    if (code !== 0) throw new Error(`drawbridge ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async dispose(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** The error object of a run with `-o json`. */
export function errorOf(run: CliRun): Record<string, unknown> {
  const last = run.stderr.trim().split('\n').at(-1) ?? '';
  return JSON.parse(last) as Record<string, unknown>;
}

/** Names and types of a JSON value, without its values: what scripts rely on. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, each]) => [name, shapeOf(each)]),
  );
}
