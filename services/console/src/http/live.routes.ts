import type { DataSource } from '@drawbridge/postgres';
import { invalid } from '@drawbridge/service';
import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../domain/live-hub.js';
import type { StoredEvent } from '../domain/stored-event.js';
import type { EventStore } from '../persistence/event.store.js';

const HEARTBEAT_MS = 15_000;
const MAX_TAILS = 100;
/** A reader slower than this many events loses the middle, and is told how many. */
const MAX_BEHIND = 500;
const CATCH_UP = 1000;

interface TailQuery {
  topic?: string;
  text?: string;
  from?: string;
}

/** Server-sent events: new events as they are read, resumable by `Last-Event-ID`. */
export function liveRoutes(instance: FastifyInstance, source: DataSource, events: EventStore, hub: LiveHub): void {
  instance.get<{ Querystring: TailQuery }>('/api/v1/events/live', { config: { permission: 'events.read' } }, async (request, reply) => {
    if (hub.size >= MAX_TAILS) throw invalid([{ field: 'tail', message: `there are ${String(MAX_TAILS)} open tails already; close one` }]);
    const { topic, text } = request.query;
    const matches = (event: StoredEvent): boolean =>
      (topic === undefined || topic === '' || topic.split(',').includes(event.topic)) &&
      (text === undefined || text === '' || JSON.stringify(event.data).toLowerCase().includes(text.toLowerCase()));
    const since = startOf(request.headers['last-event-id'], request.query.from);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    let skipped = 0;
    const send = (event: StoredEvent): void => {
      if (!matches(event)) return;
      if (raw.writableLength > MAX_BEHIND * 1024) {
        skipped += 1;
        return;
      }
      if (skipped > 0) raw.write(`event: skipped\ndata: ${String(skipped)}\n\n`);
      skipped = 0;
      raw.write(`id: ${String(event.position)}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`);
    };
    raw.write('retry: 1000\n\n');
    if (since !== undefined) for (const event of await events.after(source.manager, since, {}, CATCH_UP)) send(event);
    const leave = hub.join(send);
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
    request.raw.once('close', () => {
      clearInterval(heartbeat);
      leave();
    });
  });
}

function startOf(lastEventId: string | string[] | undefined, from: string | undefined): number | undefined {
  const text = typeof lastEventId === 'string' ? lastEventId : from;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
