import { LocalError } from '../errors.js';
import type { CommandOptions } from '../supervisor/options.js';
import type { Progress } from '../supervisor/progress.js';
import { closeStack, greet, openSession, type Session } from '../supervisor/session.js';
import { onStopRequest } from '../supervisor/signals.js';
import type { Stack } from '../supervisor/stack.js';
import { homeFolder } from '../supervisor/layout.js';

/** A command that may own a stack: stopped in order on Ctrl C, SIGTERM, failure or its own end. */
export interface OwnedRun {
  /** Settles when somebody asked for the end; the number is the exit code. */
  readonly asked: Promise<number>;
  readonly isAsked: () => boolean;
  readonly open: () => Promise<Session>;
  readonly close: () => Promise<void>;
}

export function ownedRun(options: CommandOptions, progress: Progress): OwnedRun {
  const home = homeFolder();
  let stack: Stack | undefined;
  let asked = false;
  const end = new Promise<number>((resolve) => {
    onStopRequest(
      (signal) => {
        asked = true;
        if (stack !== undefined) progress.note(`${signal}: stopping`);
        progress.hush();
        resolve(signal === 'SIGINT' ? 130 : 143);
      },
      () => {
        stack?.kill();
        process.exit(137);
      },
    );
  });
  const close = async (): Promise<void> => {
    if (stack === undefined) return;
    const started = performance.now();
    await closeStack(home, stack);
    stack = undefined;
    progress.end(`stopped in ${((performance.now() - started) / 1000).toFixed(1)} s; the state stays in ${home.root}`);
  };
  const open = (): Promise<Session> => {
    const session = openSession(options, progress, (own) => {
      stack = own;
    });
    session.catch(() => undefined);
    return Promise.race([
      session,
      end.then(() => {
        throw new LocalError('DBR-INTERRUPTED', 'asked to stop while starting');
      }),
    ]);
  };
  return { asked: end, isAsked: () => asked, open, close };
}

/** Starts the stack and stays; attaches and ends when it runs already. */
export async function start(options: CommandOptions, progress: Progress): Promise<number> {
  const run = ownedRun(options, progress);
  try {
    const session = await run.open();
    await greet(session, progress, session.stack === undefined ? 'npm run demo' : 'npm run demo   |   Ctrl C stops everything');
    if (session.stack === undefined) {
      progress.note(`attached: the stack has been running since ${session.state.startedAt} (pid ${session.state.supervisor.pid})`);
      return 0;
    }
    // Ctrl C is how this command ends: no failure.
    await run.asked;
    return 0;
  } finally {
    await run.close();
  }
}
