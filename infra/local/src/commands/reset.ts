import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { LocalError } from '../errors.js';
import { placeData } from '../postgres/data-folder.js';
import { databaseUser } from '../postgres/system-user.js';
import { homeFolder } from '../supervisor/layout.js';
import type { CommandOptions } from '../supervisor/options.js';
import type { Progress } from '../supervisor/progress.js';
import { endLeftovers, readState, supervisorLives } from '../supervisor/state.js';

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new LocalError('DBR-USAGE', 'nobody to ask here: npm run reset -- --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Removes all state of this home after asking. A running stack is not touched. */
export async function reset(options: CommandOptions, progress: Progress): Promise<number> {
  const home = homeFolder();
  const state = await readState(home);
  if (state !== undefined && supervisorLives(state)) {
    throw new LocalError('DBR-STACK-RUNNING', `the stack of ${home.root} is running (pid ${state.supervisor.pid})`);
  }
  const elsewhere = await placeData(home.postgres, await databaseUser());
  const folders = elsewhere === home.postgres ? [home.root] : [home.root, elsewhere];
  if (!options.yes && !(await confirmed(`Remove ${folders.join(' and ')} with all models, events and history?`))) {
    progress.note('nothing was removed');
    return 1;
  }
  if (state !== undefined) await endLeftovers(state);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  progress.end(`removed ${folders.join(' and ')}`);
  return 0;
}
