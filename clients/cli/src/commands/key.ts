import type { KeyView, NewKeyView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { collect, listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { limitOf, noteOf, timeText } from '../listing.js';
import { type Column, list, one } from '../output/shown.js';
import { parseDuration } from '../parse.js';
import type { Session } from '../session.js';

const columns: readonly Column<KeyView>[] = [
  { title: 'KEY', of: (key) => key.keyId },
  { title: 'NAME', of: (key) => key.name },
  { title: 'OF', of: (key) => key.principal.name },
  { title: 'KIND', of: (key) => key.principal.kind },
  { title: 'ROLES', of: (key) => key.roles.join(', ') },
  { title: 'STATE', of: stateOf, status: true },
  { title: 'CREATED', of: (key) => timeText(key.createdAt), wide: true },
  { title: 'EXPIRES', of: (key) => timeText(key.expiresAt), wide: true },
  { title: 'REVOKED', of: (key) => timeText(key.revokedAt), wide: true },
];
const name = (key: KeyView): string => key.keyId;

function stateOf(key: KeyView): string {
  if (key.revokedAt !== undefined) return 'revoked';
  return key.expiresAt !== undefined && Date.parse(key.expiresAt) <= Date.now() ? 'expired' : 'active';
}

interface CreateOptions {
  readonly person?: string;
  readonly machine?: string;
  readonly role: readonly string[];
  readonly expires?: string;
}

/** There is no route for one key: the list is walked. */
async function find(session: Session, keyId: string): Promise<KeyView> {
  const { items } = await session.api.items<KeyView>('/keys', {}, Number.MAX_SAFE_INTEGER);
  const found = items.find((key) => key.keyId === keyId);
  if (found !== undefined) return found;
  throw new CliError(exit.notFound, { code: 'DBR-KEY-NOT-FOUND', message: `there is no key "${keyId}"`, fix: 'drawbridge key list' });
}

export const key: Register = (noun, define) => {
  define<ListOptions & { readonly of?: string }>(
    listFlags(noun.command('list').description('keys and sessions, never their text').option('--of <id>', 'of this person or machine')),
    async (session, _args, options) => {
      const { items, more } = await session.api.items<KeyView>('/keys', { principal: options.of }, limitOf(options));
      return list(items, { columns, name, ...noteOf(items.length, more, 'no keys') });
    },
  );

  define(noun.command('get').description('one key, never its text').argument('<key-id>'), async (session, [id = '']) =>
    one(await find(session, id), { columns, name }),
  );

  define<CreateOptions>(
    noun
      .command('create')
      .description('a new key; its text is printed this once')
      .argument('<name>', 'what it is for')
      .option('--person <id>', 'the person it belongs to')
      .option('--machine <id>', 'the machine it belongs to')
      .option('--role <role>', 'a role it carries; may be repeated', collect, [])
      .option('--expires <duration>', 'how long it works, e.g. 30d'),
    async (session, [label = ''], { person, machine, role, expires }) => {
      if ((person === undefined) === (machine === undefined)) throw usage('give either --person or --machine');
      const body = {
        name: label,
        ...(person === undefined ? { machine } : { person }),
        ...(role.length === 0 ? {} : { roles: role }),
        ...(expires === undefined ? {} : { expiresInSeconds: Math.ceil(parseDuration(expires, '--expires') / 1000) }),
      };
      // Made twice, one key would be left behind that nobody knows.
      const made = await session.api.post<NewKeyView>('/keys', body, { repeatable: false });
      return one(made, {
        columns: [{ title: 'TEXT', of: (each) => each.key }, ...columns],
        name: (each) => each.key,
        env: (each) => ({ DRAWBRIDGE_API_KEY: each.key }),
        note: 'the text of the key is shown this once; keep it',
      });
    },
  );

  define(noun.command('revoke').description('it stops working at once').argument('<key-id>'), async (session, [id = '']) => {
    await session.io.confirm(`Revoke the key ${id}`);
    await session.api.delete(`/keys/${segment(id)}`);
    return one(await find(session, id), { columns, name, note: `the key ${id} is revoked` });
  });
};
