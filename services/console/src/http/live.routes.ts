import type { ServerResponse } from 'node:http';
import type { DataSource } from '@drawbridge/postgres';
import { type AccessDirectory, invalid, keyFromHeader, keyIdOf, ProblemError, projectOf } from '@drawbridge/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LiveHub } from '../domain/live-hub.js';
import { LiveTail, wanted } from '../domain/live-tail.js';
import type { EventStore } from '../persistence/event.store.js';
import { sessionKey } from './session.js';
import { type Ending, TailReader } from './tail-reader.js';

const HEARTBEAT_MS = 15_000;
const MAX_TAILS = 100;
/** Of these, what one key may hold: nobody takes the places of all others. */
const MAX_TAILS_PER_KEY = 25;
/** What may wait in the socket of a slow reader before events are left out. */
const MAX_WAITING_BYTES = 512 * 1024;
/** A tail that was away for longer than this many events misses the oldest of them, and is told so. */
const CATCH_UP = 1000;
/** A reader that does not take the last word is cut off after this time. */
const LAST_WORD_MS = 5000;

interface TailQuery {
  topic?: string;
  text?: string;
  /** A browser's stream of events cannot send the header. */
  project?: string;
  /** Position after which to begin; default: now. */
  from?: string;
}

export interface LiveParts {
  readonly source: DataSource;
  readonly events: Pick<EventStore, 'after'>;
  readonly hub: LiveHub;
  readonly access: AccessDirectory;
  readonly heartbeatMs?: number;
}

/**
 * Server-sent events: new events as they are read, resumable by `Last-Event-ID`. A tail lives no longer than the rights of
 * its reader: they are asked again when his key changes and at every heartbeat, and `end` is the last word of a tail that
 * lost them.
 */
const wishes = ['topic', 'text', 'project', 'from'] as const;

export function liveRoutes(instance: FastifyInstance, { source, events, hub, access, heartbeatMs = HEARTBEAT_MS }: LiveParts): void {
  instance.get<{ Querystring: TailQuery }>('/api/v1/events/live', { config: { permission: 'events.read' } }, async (request, reply) => {
    for (const field of wishes) {
      const given: unknown = request.query[field];
      if (given !== undefined && typeof given !== 'string') throw invalid([{ field, message: 'must be given once' }]);
    }
    const keyId = keyIdOf(keyOf(request)) ?? '';
    if (hub.size >= MAX_TAILS) throw tooMany(`There are ${String(MAX_TAILS)} open tails already.`);
    if (hub.heldBy(keyId) >= MAX_TAILS_PER_KEY) throw tooMany(`This key holds ${String(MAX_TAILS_PER_KEY)} open tails already.`);
    const { topic, text, from, project = projectOf(request) } = request.query;
    const since = startOf(request.headers['last-event-id'], from);
    const reader = new TailReader(access, keyOf(request));
    const asked = wanted({ topic, text, project });
    const matches: typeof asked = (event) => reader.maySee(event.topic) && asked(event);
    // Joined before the past is read: what is committed in between waits in the tail and is sent once, in order.
    const tail = new LiveTail(matches);
    const leave = hub.join((event) => tail.announce(event), keyId);
    try {
      const { missed, skipped } = since === undefined ? { missed: [], skipped: 0 } : await events.after(source.manager, since, CATCH_UP);
      reply.hijack();
      const { raw } = reply;
      // Gone while its past was read: `close` was already emitted and would never free the place.
      if (raw.closed || raw.destroyed) {
        leave();
        return;
      }
      begin(raw);
      const look = (): boolean => {
        const ending = reader.look();
        if (ending === undefined) return true;
        stop();
        end(raw, ending);
        return false;
      };
      const unwatch = reader.watch(look);
      const heartbeat = setInterval(() => {
        if (look()) raw.write(': still here\n\n');
      }, heartbeatMs);
      const stop = (): void => {
        clearInterval(heartbeat);
        unwatch();
        leave();
      };
      raw.once('close', stop);
      // What changed while the past was read.
      if (!look()) return;
      tail.open({ write: (frame) => raw.write(frame), full: () => raw.writableLength > MAX_WAITING_BYTES }, missed, skipped);
    } catch (error) {
      leave();
      throw error;
    }
  });
}

function begin(raw: ServerResponse): void {
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.write('retry: 1000\n\n');
}

function end(raw: ServerResponse, ending: Ending): void {
  raw.end(`event: end\ndata: ${JSON.stringify(ending)}\n\n`);
  setTimeout(() => raw.destroy(), LAST_WORD_MS).unref();
}

/** What the guard knew the caller by. */
function keyOf(request: FastifyRequest): string {
  const { authorization } = request.headers;
  return (authorization === undefined ? sessionKey(request) : keyFromHeader(authorization)) ?? '';
}

function tooMany(detail: string): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'DBR-TOO-MANY-TAILS',
    detail,
    fix: 'Close one, or try again later.',
    headers: { 'retry-after': '10' },
  });
}

function startOf(lastEventId: string | string[] | undefined, from: string | undefined): number | undefined {
  const text = typeof lastEventId === 'string' ? lastEventId : from;
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
