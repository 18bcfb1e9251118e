import type { WhoAmI } from '@drawbridge/contracts';
import type { Register } from '../command.js';
import { readConfig, writeConfig } from '../config/config-file.js';
import { adminKeyOf, isLoopback } from '../config/local-stack.js';
import { serverUrl, servingBeside } from '../config/settings.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { timeText } from '../listing.js';
import { one, type OneView, type Shown } from '../output/shown.js';
import type { Session } from '../session.js';

interface LoginOptions {
  readonly local?: boolean;
  readonly link?: boolean;
  readonly person?: string;
  readonly name?: string;
  readonly servingUrl?: string;
}

interface LoginLink {
  readonly token: string;
  readonly expiresAt: string;
  readonly person: { readonly id: string; readonly name: string };
}

export const login: Register = (noun, define) => {
  define<LoginOptions>(
    noun
      .argument('[server]', 'address of the console')
      .option('--local', 'as administrator of the stack that runs on this machine')
      .option('--name <name>', 'name of the context; default: the host')
      .option('--serving-url <url>', 'address of the model server; default: 5 ports above the console')
      .option('--link', 'print a link that opens the console in a browser, once')
      .option('--person <id>', 'with --link: for whom; default: you')
      .addHelpText(
        'after',
        '\nThe key is read from DRAWBRIDGE_API_KEY, from a prompt or from stdin, never from a flag:\n  drawbridge login http://127.0.0.1:4700 < key.txt',
      ),
    (session, [server], options) => (options.link === true ? printLink(session, options) : logIn(session, server, options)),
  );
};

async function logIn(session: Session, given: string | undefined, options: LoginOptions): Promise<Shown> {
  const { settings, io } = session;
  const server = given === undefined ? serverFor(session, options) : serverUrl(given, 'server');
  if (!isLoopback(server) && server.startsWith('http:')) io.warn(`${server} is not encrypted: the key can be read on its way`);
  const key = await keyFor(session, server, options);
  const who = await session.speakTo(`${server}/api/v1`, key).get<WhoAmI>('/whoami');
  const serving = servingFor(session, server, options);
  const config = await readConfig(io.host.env);
  const name = options.name ?? session.globals.context ?? nameFor(server, settings.stack?.urls['console']);
  const project = settings.project.from === '--project' ? settings.project.value : config.contexts[name]?.project;
  const context = { server, serving, key, ...(project === undefined ? {} : { project }) };
  const file = await writeConfig(io.host.env, { ...config, current: name, contexts: { ...config.contexts, [name]: context } });
  session.note(`logged in to ${server} as ${who.principal.name}; context "${name}" is in ${file}`);
  return one({ context: name, server, serving, ...who }, whoView);
}

/** `--local` means the stack of this folder, which may have moved to other ports since the context was stored. */
function serverFor({ globals, settings: { stack, server, context } }: Session, { local }: LoginOptions): string {
  const remembered = globals.context === undefined && server.from === `context ${context ?? ''}`;
  return local === true && remembered ? (stack?.urls['console'] ?? server.value) : server.value;
}

function servingFor({ settings }: Session, server: string, { servingUrl }: LoginOptions): string {
  if (servingUrl !== undefined) return serverUrl(servingUrl, '--serving-url');
  const stack = settings.stack?.urls;
  if (stack?.['console'] === server && stack['serving'] !== undefined) return stack['serving'];
  return settings.serving.from === 'DRAWBRIDGE_SERVING_URL' ? settings.serving.value : servingBeside(server);
}

async function keyFor({ settings, io }: Session, server: string, { local }: LoginOptions): Promise<string> {
  const { stack } = settings;
  if (local === true) {
    const key = stack?.urls['console'] === server ? await adminKeyOf(stack) : undefined;
    if (key !== undefined) return key;
    throw new CliError(exit.notLoggedIn, {
      code: 'DBR-NO-LOCAL-STACK',
      message: `no stack that this folder knows runs at ${server}`,
      why: 'no .drawbridge/stack.json of yours was found here or above, or its secrets cannot be read',
      fix: 'npm start, or go to the folder where it was started',
    });
  }
  const given = io.host.env['DRAWBRIDGE_API_KEY']?.trim();
  if (given !== undefined && given !== '') return checked(given);
  if (io.mayAsk) {
    if (stack?.urls['console'] === server)
      io.note(`the administrator's key is the field adminKey of ${stack.secretsFile} (--local takes it)`);
    return checked((await io.ask(`API key for ${server}: `, true)).trim());
  }
  if (io.host.stdin.isTTY === true) throw usage('nobody can be asked for the key here', 'set DRAWBRIDGE_API_KEY, or send the key to stdin');
  return checked((await io.readStdin()).trim());
}

function checked(key: string): string {
  if (/^db_[^_\s]+_\S+$/.test(key)) return key;
  const message = key === '' ? 'no key was given' : 'this is no API key: it has the form db_<id>_<secret>';
  throw new CliError(exit.notLoggedIn, { code: 'DBR-NO-KEY', message, fix: 'set DRAWBRIDGE_API_KEY, or send the key to stdin' });
}

function nameFor(server: string, local: string | undefined): string {
  return server === local ? 'local' : new URL(server).host;
}

async function printLink(session: Session, { person }: LoginOptions): Promise<Shown> {
  const id = person ?? (await ownId(session));
  const { token, expiresAt, person: whose } = await session.api.post<LoginLink>('/login-links', { person: id }, { repeatable: false });
  // Behind a proxy people come in by another address than a program on the server.
  const { publicUrl } = await session.api.get<{ publicUrl?: string }>('/platform/session');
  const url = `${publicUrl ?? session.settings.server.value}/login?token=${encodeURIComponent(token)}`;
  return one(
    { url, expiresAt, person: whose },
    {
      columns: [
        { title: 'LINK', of: (link) => link.url },
        { title: 'FOR', of: (link) => link.person.name },
        { title: 'UNTIL', of: (link) => timeText(link.expiresAt) },
      ],
      name: (link) => link.url,
      note: 'it opens the console once; whoever has it is logged in',
    },
  );
}

async function ownId(session: Session): Promise<string> {
  const { principal } = await session.api.get<WhoAmI>('/whoami');
  if (principal.kind === 'person') return principal.id;
  throw usage('this key belongs to a machine, and only persons log in to the console', 'name one with --person');
}

const whoView: OneView<WhoAmI & { context?: string; server: string; serving: string }> = {
  columns: [
    { title: 'NAME', of: (who) => who.principal.name },
    { title: 'ID', of: (who) => who.principal.id },
    { title: 'KIND', of: (who) => who.principal.kind },
    { title: 'ROLES', of: (who) => who.roles.join(', ') },
    { title: 'KEY', of: (who) => who.keyId },
    { title: 'EXPIRES', of: (who) => timeText(who.expiresAt) },
    { title: 'CONTEXT', of: (who) => who.context },
    { title: 'SERVER', of: (who) => who.server },
    { title: 'SERVING', of: (who) => who.serving },
  ],
  name: (who) => who.principal.id,
};

export const whoami: Register = (noun, define) => {
  define(noun, async (session) => {
    const { context, server, serving } = session.settings;
    const who = await session.api.get<WhoAmI>('/whoami');
    return one({ ...(context === undefined ? {} : { context }), server: server.value, serving: serving.value, ...who }, whoView);
  });
};

const outView: OneView<{ context: string | null; loggedIn: boolean }> = {
  columns: [
    { title: 'CONTEXT', of: (out) => out.context },
    { title: 'LOGGED IN', of: () => 'no' },
  ],
  name: (out) => out.context ?? '',
};

export const logout: Register = (noun, define) => {
  define(noun, async (session) => {
    const { settings, io } = session;
    const config = await readConfig(io.host.env);
    const { context: name } = settings;
    const context = name === undefined ? undefined : config.contexts[name];
    if (name === undefined || context?.key === undefined)
      return one({ context: name ?? null, loggedIn: false }, { ...outView, note: 'nobody was logged in' });
    const { key: _forgotten, ...rest } = context;
    await writeConfig(io.host.env, { ...config, contexts: { ...config.contexts, [name]: rest } });
    const note = `the key of context "${name}" is forgotten here; it stays valid until it is revoked`;
    return one({ context: name, loggedIn: false }, { ...outView, note });
  });
};
