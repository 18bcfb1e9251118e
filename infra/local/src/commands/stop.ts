import { LocalError } from '../errors.js';
import { homeFolder } from '../supervisor/layout.js';
import type { CommandOptions } from '../supervisor/options.js';
import type { Progress } from '../supervisor/progress.js';
import { endLeftovers, readState, removeState, supervisorLives } from '../supervisor/state.js';

/** Asks the supervisor of this home to stop and waits until it has. */
export async function stop(_options: CommandOptions, progress: Progress): Promise<number> {
  const home = homeFolder();
  const state = await readState(home);
  if (state === undefined) {
    progress.end('nothing is running');
    return 0;
  }
  if (!supervisorLives(state)) {
    await endLeftovers(state);
    await removeState(home);
    progress.end('cleaned up after a run that had died');
    return 0;
  }
  process.kill(state.supervisor.pid, 'SIGTERM');
  const deadline = Date.now() + 15_000;
  while (supervisorLives(state)) {
    if (Date.now() > deadline) throw new LocalError('DBR-STACK-RUNNING', `pid ${state.supervisor.pid} did not end within 15 s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  progress.end('stopped');
  return 0;
}
