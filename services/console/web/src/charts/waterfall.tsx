import { Fragment, type ReactNode, useMemo } from 'react';
import type { Span } from '../api/console-views.js';
import { TraceLink } from '../parts/links.js';
import { milliseconds } from '../parts/numbers.js';
import { Status } from '../parts/status.js';
import { spanRows } from './span-tree.js';

export interface WaterfallProps {
  readonly spans: readonly Span[];
  readonly open: string | undefined;
  readonly onOpen: (spanId: string | undefined) => void;
}

/** Spans as bars on one clock, indented below what called them. */
export function Waterfall({ spans, open, onOpen }: WaterfallProps): ReactNode {
  const rows = useMemo(() => spanRows(spans), [spans]);
  const begin = Math.min(...spans.map(({ startMs }) => startMs));
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  const length = Math.max(end - begin, 0.001);
  const services = new Set(spans.map(({ service }) => service));
  return (
    <div className="stack tight">
      <p className="small quiet">
        {spans.length} spans in {services.size} services, {milliseconds(length)} from the first to the last.
      </p>
      <ol className="waterfall" aria-label="spans">
        {rows.map(({ span, depth }) => {
          const left = ((span.startMs - begin) / length) * 100;
          const width = (span.durationMs / length) * 100;
          const shown = open === span.spanId;
          return (
            <li key={span.spanId}>
              <button
                type="button"
                className="span-name"
                aria-expanded={shown}
                style={{ paddingLeft: Math.min(depth, 14) * 14 }}
                onClick={() => onOpen(shown ? undefined : span.spanId)}
              >
                <span>
                  <strong>{span.service}</strong> {span.name}
                </span>
                {span.failed ? <Status kind="bad">failed</Status> : null}
              </button>
              <div className="lane">
                <span
                  className={`span-bar${span.failed ? ' failed' : ''}`}
                  style={{ left: `${String(Math.min(left, 99.7))}%`, width: `${String(width)}%` }}
                />
                <span
                  className="span-time"
                  style={left + width > 80 ? { right: `${String(100 - left)}%` } : { left: `${String(left + width)}%` }}
                >
                  {milliseconds(span.durationMs)}
                </span>
              </div>
              {shown ? <SpanDetail span={span} begin={begin} /> : null}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function SpanDetail({ span, begin }: { span: Span; begin: number }): ReactNode {
  return (
    <div className="detail small">
      <p>
        {span.kind}, begins after {milliseconds(span.startMs - begin)}, span <code>{span.spanId}</code>
      </p>
      <dl className="facts">
        {Object.entries(span.attributes).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{String(value)}</code>
            </dd>
          </Fragment>
        ))}
      </dl>
      {span.links.length === 0 ? null : (
        <p className="row">
          linked:
          {span.links.map(({ traceId, spanId }) => (
            <TraceLink key={spanId} id={traceId}>
              {traceId}
            </TraceLink>
          ))}
        </p>
      )}
    </div>
  );
}
