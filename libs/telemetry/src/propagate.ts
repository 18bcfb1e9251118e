import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** A W3C trace context as it travels in headers and rests in outbox rows. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

export interface SpanOptions {
  readonly kind?: 'internal' | 'producer' | 'consumer' | 'server' | 'client';
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Remote parent; without it the active span is the parent. */
  readonly parent?: TraceContext | undefined;
  readonly links?: readonly TraceContext[];
}

const kinds = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
} as const;

function remote(trace: TraceContext): Context {
  return propagation.extract(ROOT_CONTEXT, trace);
}

/** The active trace context; undefined when no span is active or telemetry is not started. */
export function currentTrace(): TraceContext | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  const { traceparent, tracestate } = carrier;
  if (traceparent === undefined) return undefined;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

export function currentTraceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}

/** Runs `fn` with a remote context active; without one it runs `fn` as it is. */
export function withTrace<T>(parent: TraceContext | undefined, fn: () => T): T {
  return parent === undefined ? fn() : context.with(remote(parent), fn);
}

/** Runs `fn` in a new span. A rejection marks the span as failed and is passed on. */
export async function inSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => Promise<T> | T): Promise<T> {
  const parent = options.parent === undefined ? context.active() : remote(options.parent);
  const links = (options.links ?? []).flatMap((link) => {
    const linked = trace.getSpanContext(remote(link));
    return linked === undefined ? [] : [{ context: linked }];
  });
  const span = trace
    .getTracer('drawbridge')
    .startSpan(name, { kind: kinds[options.kind ?? 'internal'], attributes: (options.attributes ?? {}) as Attributes, links }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => fn(span));
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** Gives the active span a better name once it is known, e.g. the route of a request, which its start did not know yet. */
export function nameActiveSpan(name: string, attributes: Readonly<Record<string, string | number | boolean>> = {}): void {
  const span = trace.getActiveSpan();
  span?.updateName(name);
  span?.setAttributes(attributes as Attributes);
}

/** Links the active span to a trace that it does not belong to but goes on from, e.g. a decision made long before. */
export function linkActiveSpan(other: TraceContext | undefined): void {
  const linked = other === undefined ? undefined : trace.getSpanContext(remote(other));
  if (linked !== undefined) trace.getActiveSpan()?.addLink({ context: linked });
}
