import { randomBytes } from 'node:crypto';
import { Command, CommanderError } from 'commander';
import { definer, type Register } from './command.js';
import { configPath, isOpenToOthers } from './config/config-file.js';
import { resolveSettings } from './config/settings.js';
import { asCliError, CliError, errorText, usage } from './errors.js';
import { exit, type ExitCode } from './exit.js';
import { addGlobals, type Globals, nounOf, wantsJson } from './globals.js';
import { type Host, Io } from './io.js';
import { nouns } from './nouns.js';
import { painted, unpainted } from './output/paint.js';
import { render } from './output/render.js';
import type { Shown } from './output/shown.js';
import { Session } from './session.js';

/** Of this package; a test compares it with package.json. */
export const VERSION = '0.1.0';

/** Runs one command line and returns the exit code. Never throws, never ends the process. */
export async function run(args: readonly string[], host: Host): Promise<ExitCode> {
  const outcome: { code: ExitCode } = { code: exit.ok };
  try {
    const program = await programFor(args, host, (code) => (outcome.code = code));
    await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.ok;
    const failure = host.signal.aborted ? interrupted() : error instanceof CommanderError ? misused(error) : asCliError(error);
    const text = wantsJson(args) ? `${JSON.stringify(failure.object)}\n` : errorText(failure.object);
    host.stderr.write(text);
    if (args.some((arg) => arg === '-v' || arg === '--verbose') && failure.cause instanceof Error)
      host.stderr.write(`${failure.cause.stack ?? ''}\n`);
    return failure.exitCode;
  }
}

/** The tree of commands; only the noun that is asked for is loaded, unless `whole`. */
export async function programFor(
  args: readonly string[],
  host: Host,
  done: (code: ExitCode) => void = () => undefined,
  whole = false,
): Promise<Command> {
  const program = addGlobals(new Command('drawbridge'));
  program
    .description('Drawbridge on the command line: models, rollouts, monitors, approvals and events.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      // Errors are printed once, in our own form; what remains is the help of a noun without a verb.
      writeErr: (text) => {
        if (!text.startsWith('error:') && !wantsJson(args)) host.stderr.write(text);
      },
      ...(host.stdout.columns === undefined ? {} : { getOutHelpWidth: () => host.stdout.columns ?? 80 }),
    })
    .exitOverride();
  const define = definer(async (command, handler) => {
    const session = await sessionOf(program.opts<Globals>(), host);
    const shown = await handler(session, command.args, command.opts<never>());
    if (shown !== undefined) await show(shown, session);
    if (session.globals.trace) session.note(`trace ${session.traceId}  ${session.settings.server.value}/traces/${session.traceId}`);
    done(shown?.exit ?? exit.ok);
  });
  const asked = nounOf(args);
  for (const noun of nouns) {
    const command = program.command(noun.name, { hidden: noun.hidden === true }).description(noun.about);
    if (whole || noun.name === asked) {
      const register: Register = await noun.load();
      register(command, define);
    }
  }
  return program;
}

async function sessionOf(globals: Globals, host: Host): Promise<Session> {
  const io = new Io(host, { quiet: globals.quiet, input: globals.input, yes: globals.yes });
  if (await isOpenToOthers(host.env)) io.warn(`others can read the keys in ${configPath(host.env)}: chmod 600 it`);
  return new Session(globals, await resolveSettings(globals, host.env, host.cwd), io, randomBytes(16).toString('hex'));
}

async function show(shown: Shown, session: Session): Promise<void> {
  if (shown.silent === true) return;
  const { globals, io } = session;
  const { stdout, env } = io.host;
  const colour = globals.color && stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const text = await render(shown, {
    format: globals.output,
    ...(globals.field === undefined ? {} : { field: globals.field }),
    width: stdout.isTTY === true ? stdout.columns : undefined,
    paint: colour ? painted : unpainted,
  });
  await io.data(text);
  if (shown.note !== undefined) io.note(shown.note);
}

function interrupted(): CliError {
  return new CliError(exit.interrupted, { code: 'DBR-INTERRUPTED', message: 'interrupted', retryable: true });
}

function misused(error: CommanderError): CliError {
  if (error.code === 'commander.help') return usage('a command is missing', 'drawbridge --help, or drawbridge <noun> --help');
  return usage(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
}
