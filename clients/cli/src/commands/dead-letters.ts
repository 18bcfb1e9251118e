import type { Command } from 'commander';
import type { DeadLetterView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { limitOf, noteOf, timeText } from '../listing.js';
import { type Column, list, one, type OneView, type Shown } from '../output/shown.js';
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

interface Filter {
  readonly service?: string;
  readonly group?: string;
  readonly topic?: string;
  readonly reason?: string;
}

interface DlqListOptions extends ListOptions, Filter {
  readonly status: string;
}

interface ReplayOptions extends Filter {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

interface WhichOptions {
  readonly service?: string;
}

export const deadLetters: Register = (noun, define) => {
  define<DlqListOptions>(
    listFlags(
      filterFlags(noun.command('list').description('dead letters of all services, newest first')).option(
        '--status <status>',
        'open, replayed, discarded or all',
        'open',
      ),
    ),
    async (session, _args, { status, ...options }) => {
      const limit = limitOf(options);
      const { letters, more } = await lettersOf(session, options, status === 'all' ? undefined : status, limit);
      return list(letters, { columns, name: view.name, ...noteOf(letters.length, more, 'no dead letters') });
    },
  );

  define<WhichOptions>(
    noun.command('show').description('one with its payload').argument('<ID>').option('--service <name>'),
    async (session, [id = ''], options) => one(await find(session, id, options), view),
  );

  define<ReplayOptions>(
    filterFlags(noun.command('replay').description('handle it again, with the same event id').argument('[ID]'))
      .option('--all', 'every open one that the flags name')
      .option('--dry-run', 'with --all: only show them'),
    async (session, [id], options) => {
      if ((id === undefined) !== (options.all === true)) throw usage('replay takes an id, or --all', 'drawbridge events dlq replay --help');
      if (id === undefined) return replayAll(session, options);
      const { service } = await find(session, id, options);
      return one(await replay(session, service, id), view);
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

function filterFlags(command: Command): Command {
  return command
    .option('--service <name>', deadLetterServices.join(', '))
    .option('--group <group>')
    .option('--topic <topic>')
    .option('--reason <text>', 'how the reason begins');
}

/** The newest of all services together. */
async function lettersOf(
  session: Session,
  { service, group, topic, reason }: Filter,
  status: string | undefined,
  limit: number,
): Promise<{ letters: Letter[]; more: boolean }> {
  const pages = await Promise.all(
    servicesFor(service).map(async (each) => {
      const path = `/services/${each}/dead-letters`;
      const { items, more } = await session.api.items<DeadLetterView>(path, { group, topic, reason, status }, limit);
      return { more, letters: items.map((letter): Letter => ({ service: each, ...letter })) };
    }),
  );
  const all = pages.flatMap(({ letters }) => letters).toSorted((a, b) => b.firstSeen.localeCompare(a.firstSeen));
  return { letters: all.slice(0, limit), more: all.length > limit || pages.some((page) => page.more) };
}

async function replay(session: Session, service: string, id: string): Promise<Letter> {
  return { service, ...(await session.api.post<DeadLetterView>(`${pathOf(service, id)}/replay`)) };
}

/** Oldest first, as they came. One that is still dead stops nothing. */
async function replayAll(session: Session, options: ReplayOptions): Promise<Shown> {
  const { letters } = await lettersOf(session, options, 'open', Number.MAX_SAFE_INTEGER);
  if (options.dryRun === true || letters.length === 0) {
    const note = letters.length === 0 ? 'no open dead letters' : `${letters.length} would be replayed`;
    return list(letters, { columns, name: view.name, note });
  }
  await session.io.confirm(`Replay ${letters.length} dead letters`);
  const shown: Letter[] = [];
  let refused = 0;
  for (const letter of letters.toReversed()) {
    try {
      shown.push(await replay(session, letter.service, letter.id));
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== exit.conflict) throw error;
      refused += 1;
      session.io.warn(`${letter.id}: ${error.message}`);
      shown.push(letter);
    }
  }
  const note = `${shown.length - refused} replayed, ${refused} refused`;
  return list(shown, { columns, name: view.name, note, ...(refused === 0 ? {} : { exit: exit.conflict }) });
}

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
async function find(session: Session, id: string, { service }: { readonly service?: string }): Promise<Letter> {
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
