import { type Command, Option } from 'commander';
import { type Format, formats } from './output/render.js';

/** The flags that every command takes. */
export interface Globals {
  readonly output: Format;
  readonly field?: string;
  readonly wait: boolean;
  readonly timeout: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly input: boolean;
  readonly yes: boolean;
  readonly context?: string;
  readonly server?: string;
  readonly project?: string;
  readonly trace: boolean;
}

export function addGlobals(program: Command): Command {
  return program
    .addOption(new Option('-o, --output <format>', 'how to print').choices([...formats]).default('table'))
    .option('--field <path>', 'print only what is at this path, e.g. artifact.sha256')
    .option('--wait', 'wait until it has happened', false)
    .option('--timeout <duration>', 'how long --wait waits', '5m')
    .option('-q, --quiet', 'no prose, data and errors only', false)
    .option('-v, --verbose', 'print every request', false)
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .option('--no-input', 'never ask')
    .option('--yes', 'yes to every question', false)
    .option('--context <name>', 'use this context instead of the current one')
    .option('--server <url>', 'address of the console')
    .option('--project <name>', 'project to work in; else DRAWBRIDGE_PROJECT, else that of the context (login saves it), else default')
    .option('--trace', 'print the trace id of the command and its link', false);
}

/** Of the options above, those that take a value. */
const valued = new Set(['-o', '--output', '--field', '--timeout', '--context', '--server', '--project']);

/** The first word that is no option: the noun. */
export function nounOf(args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (valued.has(arg)) i += 1;
    // `help NOUN` is about the noun.
    else if (!arg.startsWith('-') && arg !== 'help') return arg;
  }
  return undefined;
}

/** The format asked for, read before anything is parsed: an error of the command line must be JSON too. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some((arg, i) => {
    if (/^(-o|--output=)(nd)?json$/.test(arg)) return true;
    return (arg === '-o' || arg === '--output') && /^(nd)?json$/.test(args[i + 1] ?? '');
  });
}
