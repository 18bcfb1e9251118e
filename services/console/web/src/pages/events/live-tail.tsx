import { Button, NativeSelect } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { StoredEvent } from '../../api/console-views.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { Status } from '../../parts/status.js';
import { eventWords } from './event-words.js';
import { type TailState, useTail } from './use-tail.js';

const ROW_PX = 30;

const states: Readonly<Record<TailState, ReactNode>> = {
  stopped: <Status kind="unknown">Stopped</Status>,
  running: <Status kind="ok">Running</Status>,
  paused: <Status kind="watch">Paused</Status>,
  away: <Status kind="bad">No connection, trying again</Status>,
};

/** Events as they pass, newest at the bottom. It starts when asked and can always be stopped. */
export function LiveTail({ topic, text }: { topic: string | undefined; text: string | undefined }): ReactNode {
  const tail = useTail(topic, text);
  const [chosen, setChosen] = useState<StoredEvent>();
  const [begin, setBegin] = useState('0');
  const { state, events, skipped, capacity } = tail;
  return (
    <section className="panel" aria-labelledby="tail">
      <header>
        <h2 id="tail">What passes now?</h2>
        <div className="meta">
          {states[state]}
          <span>
            buffer {events.length}/{capacity}
          </span>
          <span>skipped {skipped}</span>
        </div>
      </header>
      <div className="panel-body stack">
        <div className="actions">
          <NativeSelect
            size="xs"
            aria-label="begin with"
            value={begin}
            disabled={state !== 'stopped'}
            data={[
              { value: '0', label: 'from now' },
              { value: '100', label: 'with the last 100 events' },
            ]}
            onChange={(event) => setBegin(event.currentTarget.value)}
          />
          <Button size="xs" disabled={state === 'running' || state === 'away'} onClick={() => tail.start(Number(begin))}>
            {state === 'paused' ? 'Resume' : 'Start'}
          </Button>
          <Button size="xs" variant="default" disabled={state !== 'running'} onClick={tail.pause}>
            Pause
          </Button>
          <Button size="xs" variant="default" onClick={tail.stop}>
            Stop
          </Button>
          <span className="quiet small">
            {topic === undefined ? 'all topics' : `topic ${topic}`}
            {text === undefined ? '' : `, data holds “${text}”`}
          </span>
        </div>
        {events.length === 0 ? (
          <p className="quiet">
            {state === 'running' ? 'Waiting for the next event…' : 'Press Start to follow the events that match the filters above.'}
          </p>
        ) : (
          <TailRows events={events} follow={state === 'running'} onChoose={setChosen} />
        )}
        {chosen === undefined ? null : (
          <div className="notice">
            <div className="row spread">
              <span className="strong">{chosen.topic}</span>
              <span className="row">
                <EventLink id={chosen.id}>causal chain</EventLink>
                <TraceLink id={chosen.traceId} />
                <button type="button" className="link-button" onClick={() => setChosen(undefined)}>
                  close
                </button>
              </span>
            </div>
            <pre>{JSON.stringify(chosen.data, null, 2)}</pre>
          </div>
        )}
      </div>
    </section>
  );
}

interface TailRowsProps {
  readonly events: readonly StoredEvent[];
  readonly follow: boolean;
  readonly onChoose: (event: StoredEvent) => void;
}

function TailRows({ events, follow, onChoose }: TailRowsProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: events.length, getScrollElement: () => place.current, estimateSize: () => ROW_PX, overscan: 12 });
  useEffect(() => {
    const element = place.current;
    // Follows the end unless somebody has scrolled away from it.
    if (!follow || element === null) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX * 8) rows.scrollToIndex(events.length - 1);
  }, [events.length, follow, rows]);
  return (
    <div className="tail" ref={place} tabIndex={0} role="log" aria-label="live events" aria-live="off">
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          if (event === undefined) return null;
          return (
            <div key={event.position} className="tail-row" style={{ transform: `translateY(${String(start)}px)` }}>
              <span className="mono">{event.time?.slice(11, 23)}</span>
              <span>
                <button type="button" className="link-button" onClick={() => onChoose(event)}>
                  {event.topic}
                </button>
              </span>
              <span>{eventWords(event)}</span>
              <TraceLink id={event.traceId} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
