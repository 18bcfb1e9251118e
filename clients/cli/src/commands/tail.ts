import { CliError, reasonOf, unreachable, usage } from '../errors.js';
import { exit } from '../exit.js';
import { sseMessages } from '../client/sse.js';
import { timeText } from '../listing.js';
import { plain } from '../output/plain.js';
import { parseCount } from '../parse.js';
import type { Session } from '../session.js';
import type { StoredEvent } from './events.js';

export interface TailOptions {
  readonly from: string;
  readonly count?: string;
  readonly text?: string;
}

/** The connection is made again this often in a row before the tail gives up. */
const MAX_RETRIES = 10;
const PAUSE_MS = 1000;
const DAY_MS = 86_400_000;

/** Prints events as they come. A broken connection is taken up again where it broke, so that nothing is missed. */
export async function tail(session: Session, topics: readonly string[], options: TailOptions): Promise<undefined> {
  const wanted = options.count === undefined ? Number.POSITIVE_INFINITY : parseCount(options.count, '--count');
  const filter = { topic: topics.length === 0 ? undefined : topics.flatMap((topic) => topic.split(',')).join(','), text: options.text };
  const deadline = session.globals.wait ? Date.now() + session.timeoutMs : Number.POSITIVE_INFINITY;
  const stream = session.stream();
  if (options.from === 'now') session.note(`waiting for ${filter.topic ?? 'events'}; what has passed: drawbridge events list`);
  let position = startOf(options.from);
  let printed = 0;
  let failures = 0;
  try {
    while (printed < wanted) {
      try {
        for await (const message of live(session, filter, position, deadline)) {
          failures = 0;
          if (message.event === 'skipped') {
            session.io.warn(`${message.data} events were skipped; drawbridge events list still has them`);
            continue;
          }
          if (message.event !== 'event') continue;
          const event = JSON.parse(message.data) as StoredEvent;
          if (position !== undefined && event.position <= position) continue;
          position = event.position;
          await stream.item(event, lineOf(event), event.id ?? String(event.position));
          printed += 1;
          if (printed >= wanted) return undefined;
        }
        throw new Error('the server closed the stream');
      } catch (error) {
        session.signal.throwIfAborted();
        if (Date.now() >= deadline) throw session.late(wanted === Number.POSITIVE_INFINITY ? 'the end of the events' : `${wanted} events`);
        failures += 1;
        if (failures > MAX_RETRIES || (error instanceof CliError && error.exitCode !== exit.unreachable)) throw error;
        session.note(`the stream broke (${reasonOf(error)}); again in ${PAUSE_MS} ms`);
        await session.pause(PAUSE_MS);
      }
    }
    return undefined;
  } finally {
    await stream.end();
  }
}

async function* live(
  session: Session,
  filter: { topic: string | undefined; text: string | undefined },
  position: number | undefined,
  deadline: number,
): AsyncGenerator<{ event: string; data: string }> {
  const timeoutMs = Number.isFinite(deadline) ? Math.max(1, deadline - Date.now()) : 365 * DAY_MS;
  const response = await session.api.send('GET', '/events/live', {
    query: filter,
    headers: { accept: 'text/event-stream', ...(position === undefined ? {} : { 'last-event-id': String(position) }) },
    // setTimeout knows no longer time than 2^31 ms; the stream is then taken up again.
    timeoutMs: Math.min(timeoutMs, 2 ** 31 - 1),
  });
  if (response.body === null) throw unreachable(session.settings.server.value, new Error('the answer has no body'));
  yield* sseMessages(response.body as ReadableStream<Uint8Array>);
}

function startOf(from: string): number | undefined {
  if (from === 'now') return undefined;
  if (!/^\d+$/.test(from))
    throw usage(`--from ${from} is neither now nor a position`, 'positions are in the first column of drawbridge events list');
  return Number(from);
}

function lineOf(event: StoredEvent): string {
  const actor = event.actor === undefined ? '' : `  by ${event.actor.name ?? event.actor.id}`;
  return plain(`${timeText(event.time) ?? ''}  ${event.topic.padEnd(24)}  ${event.subject ?? event.key ?? ''}${actor}`);
}
