import { fault, IngestFault, isObject, type JsonObject } from './fault.js';

/** A CloudEvent as it came, whatever its mode: attributes by their names in small letters, and its data. */
export interface ReceivedEvent {
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: unknown;
  /** Where it stands in a batch, `events.3.`; else empty. */
  readonly place: string;
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export const MAX_BATCH = 1000;

/** Reads an HTTP request in binary, structured or batched mode of CloudEvents 1.0. */
export function cloudEvents(headers: Headers, body: Buffer): ReceivedEvent[] {
  const contentType = String(headers['content-type'] ?? '').toLowerCase();
  if (contentType.startsWith('application/cloudevents-batch')) {
    const list = parse(body, '(body)');
    if (!Array.isArray(list) || list.length === 0) throw fault('(body)', 'must be a list with at least one CloudEvent');
    if (list.length > MAX_BATCH) throw fault('(body)', `has ${list.length} events, at most ${MAX_BATCH} are allowed in one request`);
    return list.map((event: unknown, index) => structured(event, `events.${index}.`));
  }
  if (contentType.startsWith('application/cloudevents')) return [structured(parse(body, '(body)'), '')];
  return [{ attributes: ofHeaders(headers), data: parse(body, 'data'), place: '' }];
}

function structured(event: unknown, place: string): ReceivedEvent {
  if (!isObject(event)) throw fault(place === '' ? '(body)' : place.slice(0, -1), 'must be a CloudEvent, a JSON object');
  const { data, data_base64: encoded, ...rest } = event;
  const attributes = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]): [string, string][] => {
      if (typeof value === 'string') return [[name, value]];
      return typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : [];
    }),
  );
  return { attributes, data: dataOf(data, encoded, `${place}data`), place };
}

/** JSON may also come as text, or as base64 of it. */
function dataOf(data: unknown, encoded: unknown, place: string): unknown {
  if (typeof encoded === 'string') return parse(Buffer.from(encoded, 'base64'), `${place}_base64`);
  if (typeof data === 'string') return parse(Buffer.from(data), place);
  return data;
}

function ofHeaders(headers: Headers): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || value === undefined) continue;
    attributes[name.slice(3)] = decoded(typeof value === 'string' ? value : (value[0] ?? ''));
  }
  return attributes;
}

/** Values of headers are percent-encoded by rule, but not by everybody. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function parse(bytes: Buffer, field: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fault(field, 'is not text in UTF-8: binary payloads cannot be read, send JSON');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw fault(field, 'must be well-formed JSON');
  }
}

/** Text of a required attribute. */
export function required({ attributes, place }: ReceivedEvent, name: string): string {
  const value = attributes[name];
  if (value === undefined || value === '')
    throw fault(`${place}${name}`, `is required: send the header ce-${name}, or the attribute ${name}`);
  return value;
}

/** Runs `read` and puts the event's place in its batch before the fields of a fault. */
export function at<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (place === '' || !(error instanceof IngestFault)) throw error;
    throw new IngestFault(
      error.errors.map(({ field, message }) => ({ field: field.startsWith(place) ? field : `${place}${field}`, message })),
    );
  }
}

/** An attribute that holds JSON, such as `annotations`: its texts, the first of each list. */
export function textsOf(attribute: string | undefined): Readonly<Record<string, string>> {
  if (attribute === undefined) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(attribute);
  } catch {
    return {};
  }
  return isObject(parsed) ? texts(parsed) : {};
}

function texts(object: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, string][] => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? [[name, first]] : [];
    }),
  );
}
