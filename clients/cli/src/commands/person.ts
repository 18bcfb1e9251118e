import type { PersonView } from '@drawbridge/contracts';
import { collect, listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import { type Column, one } from '../output/shown.js';

const columns: readonly Column<PersonView>[] = [
  { title: 'ID', of: (person) => person.id },
  { title: 'NAME', of: (person) => person.name },
  { title: 'ROLES', of: (person) => person.roles.join(', ') },
  { title: 'CREATED', of: (person) => timeText(person.createdAt), wide: true },
];
const name = (person: PersonView): string => person.id;

export const person: Register = (noun, define) => {
  define<ListOptions>(listFlags(noun.command('list').description('all of them')), (session, _args, options) =>
    listing<PersonView>(session.api, '/persons', options, { columns, name, nothing: 'no persons' }),
  );

  define<{ readonly id?: string; readonly role: readonly string[] }>(
    noun
      .command('create')
      .description('a new person; a key or a login link lets them in')
      .argument('<name>')
      .option('--id <id>', 'stable id, e.g. a login name')
      .option('--role <role>', 'may be repeated', collect, []),
    async (session, [given = ''], { id, role }) => {
      const body = { name: given, roles: role, ...(id === undefined ? {} : { id }) };
      const made = await session.api.post<PersonView>('/persons', body);
      return one(made, {
        columns,
        name,
        note: `let them in: drawbridge key create laptop --person ${made.id}, or login --link --person ${made.id}`,
      });
    },
  );
};
