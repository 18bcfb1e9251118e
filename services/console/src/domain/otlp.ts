/** Reads traces as OpenTelemetry exporters send them (OTLP/HTTP with JSON) into flat spans. */

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const MAX_ATTRIBUTES = 32;
const MAX_TEXT = 512;
const MAX_LINKS = 32;
const HEX32 = /^[0-9a-f]{32}$/;
const HEX16 = /^[0-9a-f]{16}$/;

type Json = Record<string, unknown>;

/** The spans of an export request. Throws a TypeError that names what is wrong with the document. */
export function spansOf(body: unknown): Span[] {
  return list(object(body, 'body')['resourceSpans'], 'resourceSpans').flatMap((resourceSpan) => {
    const resource = object(resourceSpan, 'resourceSpans[]');
    const attributes = attributesOf((resource['resource'] as Json | undefined)?.['attributes']);
    const service = String(attributes['service.name'] ?? 'unknown');
    return list(resource['scopeSpans'], 'scopeSpans').flatMap((scopeSpan) =>
      list(object(scopeSpan, 'scopeSpans[]')['spans'], 'spans').map((span) => spanOf(object(span, 'spans[]'), service)),
    );
  });
}

function spanOf(span: Json, service: string): Span {
  const traceId = hex(span['traceId'], HEX32, 'traceId');
  const startMs = nanoseconds(span['startTimeUnixNano'], 'startTimeUnixNano');
  const endMs = nanoseconds(span['endTimeUnixNano'], 'endTimeUnixNano');
  const parent = span['parentSpanId'];
  return {
    traceId,
    spanId: hex(span['spanId'], HEX16, 'spanId'),
    parentId: typeof parent === 'string' && HEX16.test(parent) ? parent : undefined,
    service,
    name: capped(typeof span['name'] === 'string' ? span['name'] : ''),
    kind: kinds[Number(span['kind'] ?? 0)] ?? 'unspecified',
    startMs,
    durationMs: Math.max(0, endMs - startMs),
    failed: (span['status'] as Json | undefined)?.['code'] === 2,
    attributes: attributesOf(span['attributes']),
    links: list(span['links'] ?? [], 'links')
      .slice(0, MAX_LINKS)
      .map((link) => object(link, 'links[]'))
      .map((link) => ({ traceId: hex(link['traceId'], HEX32, 'links[].traceId'), spanId: hex(link['spanId'], HEX16, 'links[].spanId') })),
  };
}

function attributesOf(value: unknown): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {};
  for (const entry of list(value ?? [], 'attributes').slice(0, MAX_ATTRIBUTES)) {
    const { key: name, value: wrapped } = object(entry, 'attributes[]');
    const content = wrapped as Json | null | undefined;
    if (typeof name !== 'string' || content == null) continue;
    const key = capped(name);
    if (typeof content['stringValue'] === 'string') found[key] = capped(content['stringValue']);
    else if (typeof content['boolValue'] === 'boolean') found[key] = content['boolValue'];
    else if (content['intValue'] !== undefined) found[key] = Number(content['intValue']);
    else if (typeof content['doubleValue'] === 'number') found[key] = content['doubleValue'];
  }
  return found;
}

function capped(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

function nanoseconds(value: unknown, field: string): number {
  const text = String(value);
  if (!/^\d{1,20}$/.test(text)) throw new TypeError(`${field} must be nanoseconds since 1970`);
  return Number(BigInt(text) / 1000n) / 1000;
}

function hex(value: unknown, form: RegExp, field: string): string {
  const text = String(value).toLowerCase();
  if (!form.test(text)) throw new TypeError(`${field} must be hexadecimal, as OTLP with JSON has it`);
  return text;
}

function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${field} must be an object`);
  return value as Json;
}

function list(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${field} must be a list`);
  return value;
}
