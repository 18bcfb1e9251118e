import { LocalError } from './errors.js';
import { demo } from './commands/demo.js';
import { reset } from './commands/reset.js';
import { start } from './commands/start.js';
import { stop } from './commands/stop.js';
import { help, parseOptions } from './supervisor/options.js';
import { jsonProgress, textProgress } from './supervisor/progress.js';
import { version } from './supervisor/stack.js';

const commands = { start, demo, reset, stop };

export type CommandName = keyof typeof commands;

/** Runs one command to its end and answers its exit code. */
export async function main(name: CommandName, argv: readonly string[]): Promise<number> {
  const write = (text: string): void => void process.stdout.write(text);
  const json = argv.includes('--json');
  const progress = json ? jsonProgress(write) : textProgress(write, process.stdout.isTTY);
  try {
    const options = parseOptions(argv);
    if (options.help) {
      write(help);
      return 0;
    }
    if (!json) write(`Drawbridge ${version}\n`);
    return await commands[name](options, progress);
  } catch (error) {
    if (error instanceof LocalError && error.code === 'DBR-INTERRUPTED') return 130;
    progress.error(error);
    return error instanceof LocalError && error.code === 'DBR-USAGE' ? 2 : 1;
  }
}
