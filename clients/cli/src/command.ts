import type { Command } from 'commander';
import type { Shown } from './output/shown.js';
import type { Session } from './session.js';

/** What one command does. `args` are its words in order; what it returns is printed in the format asked for. */
export type Handler<O> = (session: Session, args: readonly string[], options: O) => Promise<Shown | undefined>;

/** Runs a handler; the program decides how. */
export type Runner = (command: Command, handler: Handler<never>) => Promise<void>;

/** Adds the commands of one noun. */
export type Register = (noun: Command, define: Define) => void;

/** Gives a command its handler. */
export type Define = <O = Record<string, never>>(command: Command, handler: Handler<O>) => Command;

export function definer(runner: Runner): Define {
  return (command, handler) => command.action(() => runner(command, handler as Handler<never>));
}

/** For options that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Adds the flags of a list. */
export function listFlags(command: Command): Command {
  return command.option('--limit <n>', 'at most this many', '50').option('--all', 'all of them');
}

export interface ListOptions {
  readonly limit: string;
  readonly all?: boolean;
}
