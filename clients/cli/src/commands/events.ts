import type { EventView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, section } from '../output/shown.js';
import { deadLetters } from './dead-letters.js';
import { importSageMaker } from './import-sagemaker.js';
import { tail, type TailOptions } from './tail.js';

export type StoredEvent = EventView & { readonly position: number };

export const eventColumns: readonly Column<StoredEvent>[] = [
  { title: 'POSITION', of: (event) => event.position, right: true },
  { title: 'TIME', of: (event) => timeText(event.time) },
  { title: 'TOPIC', of: (event) => event.topic },
  { title: 'SUBJECT', of: (event) => event.subject ?? event.key },
  { title: 'ACTOR', of: (event) => event.actor && (event.actor.name ?? event.actor.id) },
  { title: 'ID', of: (event) => event.id, wide: true },
  { title: 'TRACE', of: (event) => event.traceId, wide: true },
  { title: 'CHAIN', of: (event) => event.chainId, wide: true },
];
const name = (event: StoredEvent): string => event.id ?? String(event.position);

interface EventWithRelatives {
  readonly event: StoredEvent;
  readonly relatives: readonly StoredEvent[];
  readonly chainLength: number;
}

interface EventListOptions extends ListOptions {
  readonly topic?: string;
  readonly chain?: string;
  readonly traceId?: string;
  readonly kafkaKey?: string;
  readonly text?: string;
}

export const events: Register = (noun, define) => {
  define<TailOptions>(
    noun
      .command('tail')
      .description('events as they happen, until Ctrl C')
      .argument('[topics...]', 'only these, e.g. drift.detected')
      .option('--from <where>', 'now, or a position to begin after', 'now')
      .option('--count <n>', 'end after this many')
      .option('--text <part>', 'only with this text in the data'),
    tail,
  );

  define<EventListOptions>(
    listFlags(
      noun
        .command('list')
        .description('events that passed, newest first')
        .option('--topic <topic>')
        .option('--chain <id>', 'of one chain of causes')
        .option('--trace-id <id>')
        .option('--kafka-key <key>', 'e.g. a model id')
        .option('--text <part>', 'a text in the data, from the beginning of a word'),
    ),
    (session, _args, { topic, chain, traceId, kafkaKey, text, ...options }) => {
      const query = { topic, chainId: chain, traceId, key: kafkaKey, text };
      return listing<StoredEvent>(session.api, '/events', { ...options, query }, { columns: eventColumns, name, nothing: 'no events' });
    },
  );

  define(
    noun.command('get').description('one event with what led to it and what followed').argument('<EVENT>'),
    async (session, [id = '']) => {
      const found = await session.api.get<EventWithRelatives>(`/events/${segment(id)}`);
      return one(found, {
        columns: [
          ...eventColumns.map((column): Column<typeof found> => ({ ...column, of: ({ event }) => column.of(event) })),
          { title: 'DATA', of: ({ event }) => JSON.stringify(event.data) },
        ],
        name: ({ event }) => name(event),
        sections: ({ relatives }) => [
          section(
            'What led to it, and what followed',
            relatives,
            eventColumns.filter(({ wide }) => wide !== true),
          ),
        ],
      });
    },
  );

  importSageMaker(noun.command('import').description('predictions that were kept elsewhere'), define);
  deadLetters(noun.command('dlq').description('messages that a service could not handle'), define);
};
