import { csvRows, csvValue } from './csv.js';
import { CaptureFault, isObject, type JsonObject } from './fault.js';

/** One side of a captured request, before its rows mean anything: a JSON value, or the rows of a CSV. */
export type Payload = { readonly kind: 'json'; readonly values: readonly unknown[] } | { readonly kind: 'csv'; readonly rows: unknown[][] };

/** Reads `endpointInput` or `endpointOutput`: what SageMaker could not name as text or JSON stands there in base64. */
export function readPayload(side: unknown, place: string): Payload {
  if (!isObject(side)) throw new CaptureFault(place, 'is missing: let the data capture keep Input and Output');
  const { data, encoding } = side;
  if (typeof data !== 'string' || data === '') throw new CaptureFault(`${place}.data`, 'must be a text that is not empty');
  switch (encoding) {
    case 'CSV':
      return csv(data);
    case 'JSON':
      return json(data, `${place}.data`);
    case 'BASE64':
      return byContentType(decoded(data, `${place}.data`), side, place);
    default:
      throw new CaptureFault(`${place}.encoding`, `must be CSV, JSON or BASE64, not ${JSON.stringify(encoding) ?? 'nothing'}`);
  }
}

function byContentType(text: string, { observedContentType }: JsonObject, place: string): Payload {
  const type = typeof observedContentType === 'string' ? (observedContentType.split(';')[0] ?? '').trim().toLowerCase() : '';
  if (type === 'text/csv') return csv(text);
  if (/^application\/(?:[\w.-]+\+)?json(?:lines)?$/.test(type)) return json(text, `${place}.data`);
  throw new CaptureFault(
    `${place}.observedContentType`,
    `${type === '' ? 'is missing' : `${type} cannot be read`}: CSV, JSON and JSON lines can`,
  );
}

function csv(text: string): Payload {
  return { kind: 'csv', rows: csvRows(text).map((row) => row.map(csvValue)) };
}

/** One JSON document, or one per line. */
function json(text: string, place: string): Payload {
  const whole = parsed(text);
  if (whole !== undefined) return { kind: 'json', values: [whole.value] };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return {
    kind: 'json',
    values: lines.map((line, index) => {
      const one = parsed(line);
      if (one === undefined)
        throw new CaptureFault(place, lines.length === 1 ? 'is not JSON' : `line ${String(index + 1)} of it is not JSON`);
      return one.value;
    }),
  };
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function decoded(data: string, place: string): string {
  if (!/^[A-Za-z0-9+/=\s]+$/.test(data)) throw new CaptureFault(place, 'is not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    throw new CaptureFault(place, 'holds bytes that are no text: only CSV and JSON can be read');
  }
}
