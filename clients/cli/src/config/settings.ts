import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import type { Globals } from '../globals.js';
import { type Context, readConfig } from './config-file.js';
import { findLocalStack, type LocalStack } from './local-stack.js';

/** A setting and where it came from. */
export interface Sourced {
  readonly value: string;
  readonly from: string;
}

/** What a run works with. Flags win over the environment, that over the context, that over a stack found here. */
export interface Settings {
  readonly context?: string;
  readonly server: Sourced;
  readonly serving: Sourced;
  readonly key?: Sourced;
  readonly project: Sourced;
  readonly stack?: LocalStack;
}

export const DEFAULT_SERVER = 'http://127.0.0.1:4700';
/** The model server stands this many ports above the console, unless it is said otherwise. */
const SERVING_OFFSET = 5;

type Env = Readonly<Record<string, string | undefined>>;
type Given = Pick<Globals, 'context' | 'server' | 'project'>;

export async function resolveSettings(given: Given, env: Env, cwd: string): Promise<Settings> {
  const config = await readConfig(env);
  const stack = await findLocalStack(cwd, env);
  const asked = given.context ?? valueOf(env, 'DRAWBRIDGE_CONTEXT');
  if (asked !== undefined && config.contexts[asked] === undefined) throw unknownContext(asked, Object.keys(config.contexts));
  // A context named on the command line is meant whole: the environment does not mix into it.
  const outer: Env = given.context === undefined ? env : {};
  const address = sourced(given.server, '--server') ?? sourced(valueOf(outer, 'DRAWBRIDGE_ENDPOINT'), 'DRAWBRIDGE_ENDPOINT');
  const server = address && { ...address, value: serverUrl(address.value, address.from) };
  const name = asked ?? contextFor(server?.value, config.current, config.contexts);
  const context = name === undefined ? undefined : config.contexts[name];
  return {
    ...(name === undefined ? {} : { context: name }),
    ...addresses(server, outer, name, context, stack),
    ...keyOf(server, outer, name, context),
    ...projectOf(given, outer, name, context),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** With an address given, only a context of that very address may lend its key. */
function contextFor(
  server: string | undefined,
  current: string | undefined,
  contexts: Readonly<Record<string, Context>>,
): string | undefined {
  const known = current !== undefined && contexts[current] !== undefined ? current : undefined;
  if (server === undefined || (known !== undefined && contexts[known]?.server === server)) return known;
  return Object.keys(contexts).find((name) => contexts[name]?.server === server);
}

function addresses(
  given: Sourced | undefined,
  env: Env,
  name: string | undefined,
  context: Context | undefined,
  stack: LocalStack | undefined,
): Pick<Settings, 'server' | 'serving'> {
  const own = sourced(valueOf(env, 'DRAWBRIDGE_SERVING_URL'), 'DRAWBRIDGE_SERVING_URL');
  const serving = own && { ...own, value: serverUrl(own.value, own.from) };
  const from = `context ${name ?? ''}`;
  const stackServer = stack?.urls['console'];
  const server =
    given ??
    (context === undefined ? undefined : { value: context.server, from }) ??
    (stackServer === undefined ? undefined : { value: stackServer, from: stack?.file ?? '' }) ??
    ({ value: DEFAULT_SERVER, from: 'default' } as const);
  if (serving !== undefined) return { server, serving };
  if (context?.server === server.value) return { server, serving: { value: context.serving, from } };
  const stackServing = stack?.urls['serving'];
  if (stackServing !== undefined && stackServer === server.value)
    return { server, serving: { value: stackServing, from: stack?.file ?? '' } };
  return { server, serving: { value: servingBeside(server.value), from: 'derived from the server' } };
}

function keyOf(given: Sourced | undefined, env: Env, name: string | undefined, context: Context | undefined): Pick<Settings, 'key'> {
  const key = valueOf(env, 'DRAWBRIDGE_API_KEY');
  if (key !== undefined) return { key: { value: key.trim(), from: 'DRAWBRIDGE_API_KEY' } };
  if (context?.key === undefined) return {};
  // A key never goes to another address than the one it was stored for.
  if (given !== undefined && given.value !== context.server) return {};
  return { key: { value: context.key, from: `context ${name ?? ''}` } };
}

function projectOf(given: Given, env: Env, name: string | undefined, context: Context | undefined): Pick<Settings, 'project'> {
  const project =
    sourced(given.project, '--project') ??
    sourced(valueOf(env, 'DRAWBRIDGE_PROJECT'), 'DRAWBRIDGE_PROJECT') ??
    sourced(context?.project, `context ${name ?? ''}`) ??
    ({ value: 'default', from: 'default' } as const);
  return { project };
}

/** An address without its last slash; anything but http and https is refused. */
export function serverUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    throw usage(`${from} ${text} is not an address`, 'write http://host:4700 or https://host');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

export function servingBeside(server: string): string {
  const url = new URL(server);
  if (url.port === '') return url.origin;
  url.port = String(Number(url.port) + SERVING_OFFSET);
  return url.origin;
}

function valueOf(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

function sourced(value: string | undefined, from: string): Sourced | undefined {
  return value === undefined ? undefined : { value, from };
}

export function unknownContext(name: string, known: readonly string[]): CliError {
  return new CliError(exit.notFound, {
    code: 'DBR-CONTEXT-NOT-FOUND',
    message: `there is no context "${name}"`,
    why: known.length === 0 ? 'none is stored yet' : `known are ${known.join(', ')}`,
    fix: 'drawbridge context list',
  });
}
