import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { guard } from './guardian.js';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Standard output and error go here; the file keeps what earlier runs wrote. */
  readonly logFile: string;
  /** The signal that asks for a clean end. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const rotateAtBytes = 16 * 1024 * 1024;

async function rotate(file: string): Promise<void> {
  const size = await stat(file).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > rotateAtBytes) await rename(file, `${file}.1`);
}

/**
 * A process of the stack. It has a session of its own, so that Ctrl C reaches only the supervisor, which stops
 * the children in order; and it never outlives the supervisor.
 */
export class Child {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  private exit: Exit | undefined;

  private constructor(
    private readonly process: ChildProcess,
    private readonly options: ChildOptions,
    private readonly logOffset: number,
  ) {
    this.name = options.name;
    this.pid = process.pid ?? -1;
    const release = guard(this.pid, options.stopSignal ?? 'SIGTERM');
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        release();
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  static async start(options: ChildOptions): Promise<Child> {
    mkdirSync(dirname(options.logFile), { recursive: true });
    await rotate(options.logFile);
    const log = openSync(options.logFile, 'a', 0o600);
    const offset = (await stat(options.logFile)).size;
    try {
      const process = spawn(options.command, options.args, {
        cwd: options.cwd,
        env: options.env,
        detached: true,
        stdio: ['ignore', log, log],
        ...(options.uid === undefined ? {} : { uid: options.uid }),
        ...(options.gid === undefined ? {} : { gid: options.gid }),
      });
      await new Promise<void>((resolve, reject) => {
        process.once('spawn', resolve);
        process.once('error', reject);
      });
      return new Child(process, options, offset);
    } finally {
      closeSync(log);
    }
  }

  get running(): boolean {
    return this.exit === undefined;
  }

  /** What the process has written since it started. */
  async output(): Promise<string> {
    const all = await readFile(this.options.logFile).catch(() => Buffer.alloc(0));
    return all.subarray(this.logOffset).toString('utf8');
  }

  /** The last lines the process has written. */
  async tail(lines = 20): Promise<string[]> {
    return (await this.output()).trimEnd().split('\n').slice(-lines);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.process.kill(signal);
  }

  /** Asks for a clean end and forces it after the grace period. */
  async stop(graceMs = 8000): Promise<Exit> {
    this.kill(this.options.stopSignal ?? 'SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}
