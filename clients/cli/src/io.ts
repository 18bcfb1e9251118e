import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError } from './errors.js';
import { exit } from './exit.js';

/** The streams and the surroundings of one run; tests give their own. */
export interface Host {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl C. */
  readonly signal: AbortSignal;
  /** Ctrl C at a prompt, where the terminal hands it over as a character. */
  readonly interrupt: () => void;
}

/** Data to stdout, prose to stderr, questions only to people. */
export class Io {
  constructor(
    readonly host: Host,
    private readonly settings: { readonly quiet: boolean; readonly input: boolean; readonly yes: boolean },
  ) {}

  get mayAsk(): boolean {
    return this.settings.input && this.host.stdin.isTTY === true && this.host.stderr.isTTY === true;
  }

  /** Waits when the reader is slower. */
  async data(text: string): Promise<void> {
    if (text === '') return;
    await new Promise<void>((resolve) => {
      this.host.stdout.write(text, () => resolve());
    });
  }

  note(text: string): void {
    if (!this.settings.quiet) this.host.stderr.write(`${text}\n`);
  }

  warn(text: string): void {
    this.host.stderr.write(`warning: ${text}\n`);
  }

  async readStdin(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.host.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Asks before something that cannot be undone. `--yes` answers for scripts. */
  async confirm(question: string): Promise<void> {
    if (this.settings.yes) return;
    if (!this.mayAsk) {
      throw new CliError(exit.usage, {
        code: 'DBR-CONFIRM',
        message: `${question} needs a yes`,
        why: 'nobody can be asked here',
        fix: 'repeat the command with --yes',
      });
    }
    const answer = await this.ask(`${question}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(exit.failed, { code: 'DBR-CANCELLED', message: 'nothing was done' });
  }

  /** One line from the terminal; a secret is not shown while it is typed. */
  async ask(question: string, secret = false): Promise<string> {
    const { stdin, stderr, signal, interrupt } = this.host;
    stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: stdin, output: secret ? silent : stderr, terminal: true });
    lines.once('SIGINT', interrupt);
    const ended = new Promise<never>((_resolve, reject) => {
      lines.once('close', () => reject(new CliError(exit.failed, { code: 'DBR-CANCELLED', message: 'nothing was answered' })));
    });
    try {
      return await Promise.race([lines.question('', { signal }), ended]);
    } finally {
      lines.close();
      if (secret) stderr.write('\n');
    }
  }
}
