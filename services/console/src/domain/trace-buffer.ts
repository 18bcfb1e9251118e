import type { Span } from './otlp.js';

interface Trace {
  readonly spans: Span[];
  readonly ids: Set<string>;
  /** Holds an event of the control plane: what led from one decision to the next. */
  precious: boolean;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly root: string;
  readonly services: readonly string[];
  readonly spans: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

/**
 * Traces in memory, bounded in spans. When it is full, the oldest traces go first, those of single requests before those that hold
 * events, so that a flood of predictions cannot push out the story of a rollback.
 */
export class TraceBuffer {
  private readonly traces = new Map<string, Trace>();
  private count = 0;
  /** Spans that had to go. */
  dropped = 0;

  constructor(
    private readonly maxSpans: number,
    private readonly maxSpansPerTrace = 2000,
  ) {}

  get size(): number {
    return this.count;
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.put(span);
    if (this.count > this.maxSpans) this.evict();
  }

  get(traceId: string): readonly Span[] | undefined {
    return this.traces.get(traceId)?.spans;
  }

  /** Newest first; those with events only, or all. */
  list(limit: number, withEvents = false): TraceSummary[] {
    return [...this.traces.entries()]
      .filter(([, trace]) => trace.precious || !withEvents)
      .slice(-limit)
      .reverse()
      .map(([traceId, trace]) => summary(traceId, trace.spans));
  }

  private put(span: Span): void {
    let trace = this.traces.get(span.traceId);
    if (trace === undefined) {
      trace = { spans: [], ids: new Set(), precious: false };
      this.traces.set(span.traceId, trace);
    }
    if (trace.ids.has(span.spanId)) return;
    if (trace.spans.length >= this.maxSpansPerTrace) {
      this.dropped += 1;
      return;
    }
    trace.ids.add(span.spanId);
    trace.spans.push(span);
    trace.precious ||= span.kind === 'producer' || span.kind === 'consumer';
    this.count += 1;
  }

  private evict(): void {
    // Ten percent at a time, so that a full buffer does not evict at every export.
    const target = Math.floor(this.maxSpans * 0.9);
    for (const keepPrecious of [true, false]) {
      for (const [traceId, trace] of this.traces) {
        if (this.count <= target) return;
        if (keepPrecious && trace.precious) continue;
        this.traces.delete(traceId);
        this.count -= trace.spans.length;
        this.dropped += trace.spans.length;
      }
    }
  }
}

function summary(traceId: string, spans: readonly Span[]): TraceSummary {
  const ids = new Set(spans.map((span) => span.spanId));
  const first = [...spans].sort((a, b) => a.startMs - b.startMs)[0];
  const root = spans.find((span) => span.parentId === undefined || !ids.has(span.parentId)) ?? first;
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  return {
    traceId,
    root: root === undefined ? '' : `${root.service}: ${root.name}`,
    services: [...new Set(spans.map((span) => span.service))],
    spans: spans.length,
    startMs,
    durationMs: endMs - startMs,
    failed: spans.some((span) => span.failed),
  };
}
