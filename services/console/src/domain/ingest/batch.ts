import type { Violation } from '@drawbridge/contracts';
import { type IngestMessage, type IngestTopic, ingestTopics, messageOf } from './event-check.js';
import { fault, IngestFault, isObject } from './fault.js';

export const MAX_EVENTS = 5000;
/** Findings that one answer names. */
const MOST_FINDINGS = 20;

/**
 * The messages of `{events: [{topic, data}]}`, or a fault that names the place of every bad one: all are sent or none.
 * `project` is for events that name none.
 */
export function readBatch(body: unknown, project: string | undefined, now: Date): IngestMessage[] {
  if (!isObject(body)) throw fault('(body)', 'must be a JSON object: {"events":[{"topic":…,"data":{…}}]}');
  const unknown = Object.keys(body).filter((name) => name !== 'events');
  if (unknown.length > 0)
    throw new IngestFault(unknown.slice(0, MOST_FINDINGS).map((field) => ({ field, message: 'is not a known field; remove it' })));
  const { events } = body;
  if (!Array.isArray(events) || events.length === 0) throw fault('events', 'must be a list with at least one event');
  if (events.length > MAX_EVENTS) throw fault('events', `has ${events.length} events, at most ${MAX_EVENTS} are allowed in one request`);
  const messages: IngestMessage[] = [];
  const errors: Violation[] = [];
  for (const [index, event] of events.entries()) {
    const read = readOne(event, `events.${index}`, project, now);
    if ('topic' in read) messages.push(read);
    else errors.push(...read);
    if (errors.length >= MOST_FINDINGS) break;
  }
  if (errors.length > 0) throw new IngestFault(errors.slice(0, MOST_FINDINGS));
  return messages;
}

function readOne(event: unknown, place: string, project: string | undefined, now: Date): IngestMessage | Violation[] {
  if (!isObject(event)) return [{ field: place, message: 'must be an object with topic and data' }];
  const { topic, data, ...rest } = event;
  const unknown = Object.keys(rest);
  if (unknown.length > 0)
    return unknown.slice(0, 5).map((name) => ({ field: `${place}.${name}`, message: 'is not a known field; known are topic, data' }));
  if (!isIngestTopic(topic)) return [{ field: `${place}.topic`, message: `must be one of ${ingestTopics.join(', ')}` }];
  if (!isObject(data)) return [{ field: `${place}.data`, message: 'must be an object' }];
  const own = project === undefined || data['project'] !== undefined ? data : { ...data, project };
  const read = messageOf(topic, own, now);
  if ('topic' in read) return read;
  return read.map(({ field, message }) => ({ field: field === '(value)' ? `${place}.data` : `${place}.data.${field}`, message }));
}

function isIngestTopic(value: unknown): value is IngestTopic {
  return ingestTopics.some((topic) => topic === value);
}
