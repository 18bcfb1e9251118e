import { type Actor, eventSchemas, eventType, type EventMap, header, type Topic, violations } from '@drawbridge/contracts';
import { type KafkaMessage, maxMessageBytes } from '@drawbridge/kafka';
import type { TraceContext } from '@drawbridge/telemetry';
import { shapeProblem } from './limited-json.js';

/** A message that kept the contract. */
export interface IncomingEvent<T extends Topic> {
  readonly topic: T;
  readonly id: string;
  readonly source: string;
  readonly sequence?: number | undefined;
  readonly time: Date;
  readonly project: string;
  readonly actor: Actor;
  readonly subject?: string | undefined;
  /** First event of the chain of causes; the event itself when it began one. */
  readonly chainId: string;
  readonly causeId?: string | undefined;
  /** Context of this hop. */
  readonly trace?: TraceContext | undefined;
  /** Trace that originated the fact, the same over all hops. */
  readonly originTraceparent?: string | undefined;
  /** Present on replay output only; live consumers drop such messages. */
  readonly replayId?: string | undefined;
  readonly data: EventMap[T];
  readonly key: string | null;
  readonly message: KafkaMessage;
}

/** `skip` marks a message of another major version, which a consumer of this one passes over. */
export type Decoded =
  | { readonly ok: true; readonly event: IncomingEvent<Topic> }
  | { readonly ok: false; readonly reason: string; readonly skip?: boolean };

type Json = Record<string, unknown>;

const unknownActor: Actor = { type: 'system', id: 'unknown' };

function isTopic(name: string): name is Topic {
  return Object.hasOwn(eventSchemas, name);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(reason: string, skip = false): Decoded {
  return skip ? { ok: false, reason, skip } : { ok: false, reason };
}

/** CloudEvents attributes by header name, from headers (binary mode) or from the value (structured mode). */
interface Parts {
  readonly attribute: (headerName: string) => string | undefined;
  readonly data: Json;
}

function partsOf(message: KafkaMessage, parsed: Json): Parts | string {
  const { headers } = message;
  if (!(headers[header.contentType] ?? '').startsWith('application/cloudevents')) {
    return { attribute: (name) => headers[name], data: parsed };
  }
  if (!isObject(parsed['data'])) return 'a structured CloudEvent without data';
  return {
    attribute: (name) => {
      const value = parsed[name.replace(/^ce_/, '')];
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : headers[name];
    },
    data: parsed['data'],
  };
}

function typeProblem(topic: Topic, type: string | undefined): Decoded | undefined {
  if (type === undefined || type === eventType(topic) || type === topic) return undefined;
  const otherMajor = type.startsWith(`io.drawbridge.${topic}.v`);
  return refuse(`event type ${type} on topic ${topic}`, otherMajor);
}

function sequenceOf(attribute: string | undefined, data: Json): number | undefined {
  const value = data['sequence'] ?? (attribute === undefined ? undefined : Number(attribute));
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function textIn(data: Json, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function traceOf(headers: Readonly<Record<string, string>>): TraceContext | undefined {
  const traceparent = headers[header.traceparent];
  if (traceparent === undefined) return undefined;
  const tracestate = headers[header.tracestate];
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

function parse(message: KafkaMessage): Json | string {
  const { value, unreadable } = message;
  if (unreadable !== undefined) return unreadable;
  if (value === null || value.length === 0) return 'no value';
  if (value.length > maxMessageBytes) return `${value.length} bytes, at most ${maxMessageBytes} are read`;
  const shape = shapeProblem(value);
  if (shape !== undefined) return shape;
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8'));
    return isObject(parsed) ? parsed : 'the value is not a JSON object';
  } catch {
    return 'the value is not JSON';
  }
}

/** Reads a message of a topic of the contract; headers are optional, the value alone is enough. Never throws. */
export function decodeEvent(message: KafkaMessage): Decoded {
  const { topic } = message;
  if (!isTopic(topic)) return refuse(`topic ${topic} is not in the contract`);
  const parsed = parse(message);
  if (typeof parsed === 'string') return refuse(parsed);
  const parts = partsOf(message, parsed);
  if (typeof parts === 'string') return refuse(parts);
  const { attribute, data } = parts;
  const wrongType = typeProblem(topic, attribute(header.type));
  if (wrongType !== undefined) return wrongType;
  const broken = violations(topic, data);
  if (broken.length > 0) return refuse(broken.map((found) => `${found.field}: ${found.message}`).join('; '));
  const id = textIn(data, 'id') ?? attribute(header.id) ?? textIn(data, 'predictionId');
  if (id === undefined) return refuse('no id in headers or value');
  const headerId = attribute(header.id);
  if (headerId !== undefined && headerId !== id && data['id'] !== undefined) return refuse(`ce_id ${headerId} is not the id of the value`);
  const causeId = attribute(header.causeid);
  const actor = data['actor'];
  const event: IncomingEvent<Topic> = {
    topic,
    id,
    source: textIn(data, 'source') ?? attribute(header.source) ?? `topic:${topic}`,
    sequence: sequenceOf(attribute(header.sequence), data),
    time: new Date(textIn(data, 'time') ?? attribute(header.time) ?? message.timestamp),
    project: textIn(data, 'project') ?? attribute(header.project) ?? 'default',
    // The schema was checked above; producers of data topics have no actor.
    actor: isObject(actor) ? (actor as Actor) : unknownActor,
    subject: attribute(header.subject),
    chainId: attribute(header.chainid) ?? causeId ?? id,
    causeId,
    trace: traceOf(message.headers),
    originTraceparent: attribute(header.originTraceparent),
    replayId: attribute(header.replayid),
    data: data as EventMap[Topic],
    key: message.key === null ? null : message.key.toString('utf8'),
    message,
  };
  return { ok: true, event };
}
