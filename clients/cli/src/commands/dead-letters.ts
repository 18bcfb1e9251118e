import type { DeadLetterView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { limitOf, noteOf, timeText } from '../listing.js';
import { type Column, list, one, type OneView } from '../output/shown.js';
import type { Session } from '../session.js';

/** Services that consume events, and so have dead letters. */
export const deadLetterServices = ['registry', 'deployment', 'monitoring', 'governance', 'console'] as const;

type Letter = DeadLetterView & { readonly service: string };

const columns: readonly Column<Letter>[] = [
  { title: 'SERVICE', of: (letter) => letter.service },
  { title: 'ID', of: (letter) => letter.id },
  { title: 'TOPIC', of: (letter) => letter.topic },
  { title: 'REASON', of: (letter) => letter.reason },
  { title: 'STATUS', of: (letter) => letter.status, status: true },
  { title: 'SINCE', of: (letter) => timeText(letter.firstSeen) },
  { title: 'ERROR', of: (letter) => letter.error, wide: true },
  { title: 'FROM', of: (letter) => `${letter.group} ${letter.partition}/${letter.offset}`, wide: true },
  { title: 'KEY', of: (letter) => letter.key, wide: true },
  { title: 'BYTES', of: (letter) => letter.bytes, wide: true, right: true },
  { title: 'SHA256', of: (letter) => letter.sha256, wide: true },
];

const view: OneView<Letter> = {
  columns: [...columns, { title: 'PAYLOAD', of: (letter) => (letter.withheld === true ? '(needs audit.read)' : letter.payload) }],
  name: (letter) => letter.id,
};

interface DlqListOptions extends ListOptions {
  readonly service?: string;
  readonly status: string;
  readonly topic?: string;
}

interface WhichOptions {
  readonly service?: string;
}

export const deadLetters: Register = (noun, define) => {
  define<DlqListOptions>(
    listFlags(
      noun
        .command('list')
        .description('dead letters of all services, newest first')
        .option('--service <name>', deadLetterServices.join(', '))
        .option('--status <status>', 'open, replayed, discarded or all', 'open')
        .option('--topic <topic>'),
    ),
    async (session, _args, { service, status, topic, ...options }) => {
      const limit = limitOf(options);
      const query = { topic, status: status === 'all' ? undefined : status };
      const pages = await Promise.all(
        servicesFor(service).map(async (each) => {
          const { items, more } = await session.api.items<DeadLetterView>(`/services/${each}/dead-letters`, query, limit);
          return { more, letters: items.map((letter): Letter => ({ service: each, ...letter })) };
        }),
      );
      const all = pages.flatMap(({ letters }) => letters).toSorted((a, b) => b.firstSeen.localeCompare(a.firstSeen));
      const shown = all.slice(0, limit);
      const more = all.length > limit || pages.some((page) => page.more);
      return list(shown, { columns, name: view.name, ...noteOf(shown.length, more, 'no dead letters') });
    },
  );

  define<WhichOptions>(
    noun.command('show').description('one with its payload').argument('<ID>').option('--service <name>'),
    async (session, [id = ''], options) => one(await find(session, id, options), view),
  );

  define<WhichOptions>(
    noun.command('replay').description('handle it again, with the same event id').argument('<ID>').option('--service <name>'),
    async (session, [id = ''], options) => {
      const { service } = await find(session, id, options);
      return one({ service, ...(await session.api.post<DeadLetterView>(`${pathOf(service, id)}/replay`)) }, view);
    },
  );

  define<WhichOptions & { readonly reason: string }>(
    noun
      .command('discard')
      .description('give it up')
      .argument('<ID>')
      .requiredOption('--reason <text>', 'why it may be forgotten')
      .option('--service <name>'),
    async (session, [id = ''], { reason, ...options }) => {
      const { service } = await find(session, id, options);
      await session.io.confirm(`Discard the dead letter ${id} of ${service}`);
      return one({ service, ...(await session.api.post<DeadLetterView>(`${pathOf(service, id)}/discard`, { reason })) }, view);
    },
  );
};

function pathOf(service: string, id: string): string {
  return `/services/${service}/dead-letters/${segment(id)}`;
}

function servicesFor(service: string | undefined): readonly string[] {
  if (service === undefined) return deadLetterServices;
  const known: readonly string[] = deadLetterServices;
  if (!known.includes(service)) throw usage(`"${service}" has no dead letters`, `services are ${deadLetterServices.join(', ')}`);
  return [service];
}

/** An id says nothing about its service, so each is asked. */
async function find(session: Session, id: string, { service }: WhichOptions): Promise<Letter> {
  const found = await Promise.all(
    servicesFor(service).map(async (each): Promise<Letter | undefined> => {
      try {
        return { service: each, ...(await session.api.get<DeadLetterView>(pathOf(each, id))) };
      } catch (error) {
        if (error instanceof CliError && error.exitCode === exit.notFound) return undefined;
        throw error;
      }
    }),
  );
  const letter = found.find((each) => each !== undefined);
  if (letter !== undefined) return letter;
  throw new CliError(exit.notFound, {
    code: 'DBR-DEAD-LETTER-NOT-FOUND',
    message: `there is no dead letter "${id}"`,
    fix: 'drawbridge events dlq list --status all',
  });
}
