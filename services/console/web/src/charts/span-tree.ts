import type { Span } from '../api/console-views.js';

export interface SpanRow {
  readonly span: Span;
  readonly depth: number;
}

/** Spans parent before child, siblings by their start. A span whose parent is not here stands at the top. */
export function spanRows(spans: readonly Span[]): SpanRow[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string, Span[]>();
  const tops: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const { parentId } = span;
    if (parentId === undefined || !ids.has(parentId)) tops.push(span);
    else children.set(parentId, [...(children.get(parentId) ?? []), span]);
  }
  const rows: SpanRow[] = [];
  // An explicit stack: a chain of handlers may be deeper than a call stack likes.
  const open = tops.map((span): SpanRow => ({ span, depth: 0 })).reverse();
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row);
    const below = children.get(row.span.spanId) ?? [];
    for (const child of below.toReversed()) open.push({ span: child, depth: row.depth + 1 });
  }
  return rows;
}

export function isDatabase({ name, attributes }: Span): boolean {
  return name.startsWith('pg') || attributes['db.system'] !== undefined || attributes['db.system.name'] !== undefined;
}

/** Many statements hide the story; a trace of nothing else is shown as it is. */
export function withoutDatabase(spans: readonly Span[]): readonly Span[] {
  const kept = spans.filter((span) => !isDatabase(span));
  return kept.length > 0 ? kept : spans;
}
