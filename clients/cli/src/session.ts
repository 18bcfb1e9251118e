import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './client/api.js';
import type { Settings } from './config/settings.js';
import { CliError } from './errors.js';
import { exit } from './exit.js';
import type { Globals } from './globals.js';
import type { Io } from './io.js';
import { Stream } from './output/stream.js';
import { parseDuration } from './parse.js';

/** Everything a command works with. */
export class Session {
  constructor(
    readonly globals: Globals,
    readonly settings: Settings,
    readonly io: Io,
    readonly traceId: string,
  ) {}

  get signal(): AbortSignal {
    return this.io.host.signal;
  }

  /** The console, which passes requests on to the services. Needs a key. */
  get api(): Api {
    return this.speakTo(`${this.settings.server.value}/api/v1`, this.key());
  }

  /** The same in no project: what belongs to the installation, and lists over all projects. */
  get everywhere(): Api {
    return this.speakTo(`${this.settings.server.value}/api/v1`, this.key(), null);
  }

  /** The console's address without a key, for what is open to all. */
  get open(): Api {
    return this.speakTo(this.settings.server.value);
  }

  /** The model server. */
  get serving(): Api {
    return this.speakTo(this.settings.serving.value, this.key());
  }

  /** Any address, with a key only when one is given; `null` names no project. */
  speakTo(base: string, key?: string, project: string | null = this.settings.project.value): Api {
    return new Api({
      base,
      ...(key === undefined ? {} : { key }),
      ...(project === null ? {} : { project }),
      traceId: this.traceId,
      signal: this.signal,
      ...(this.globals.verbose ? { verbose: (line: string) => this.io.host.stderr.write(`${line}\n`) } : {}),
    });
  }

  stream(): Stream {
    return new Stream(this.globals.output, (text) => this.io.data(text));
  }

  note(text: string): void {
    this.io.note(text);
  }

  get timeoutMs(): number {
    return parseDuration(this.globals.timeout, '--timeout');
  }

  /** Asks until there is an answer; after `--timeout` it gives up with exit code 124. */
  async until<T>(what: string, ask: () => Promise<T | undefined>, everyMs = 500): Promise<T> {
    const deadline = Date.now() + this.timeoutMs;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() >= deadline) throw this.late(what);
      await this.pause(Math.min(everyMs, Math.max(1, deadline - Date.now())));
    }
  }

  pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.signal });
  }

  late(what: string): CliError {
    return new CliError(exit.timedOut, {
      code: 'DBR-WAIT-TIMEOUT',
      message: `${what} did not happen within ${this.globals.timeout}`,
      fix: 'wait longer with --timeout, or look at its state',
      retryable: true,
    });
  }

  private key(): string {
    const { key, stack, server } = this.settings;
    if (key !== undefined) return key.value;
    const local = stack !== undefined && stack.urls['console'] === server.value;
    throw new CliError(exit.notLoggedIn, {
      code: 'DBR-NOT-LOGGED-IN',
      message: `no key is known for ${server.value}`,
      ...(local ? { why: `the administrator's key of the stack on this machine is in ${stack.secretsFile}` } : {}),
      fix: local ? 'drawbridge login --local' : `drawbridge login ${server.value}`,
    });
  }
}
