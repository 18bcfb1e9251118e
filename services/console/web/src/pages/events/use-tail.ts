import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page } from '@drawbridge/contracts';
import { apiPath, call } from '../../api/client.js';
import type { StoredEvent } from '../../api/console-views.js';
import { useProject } from '../../app/project.js';
import { TailBuffer } from './tail.js';

const CAPACITY = 5000;
/** Drawn at most this often, however fast events come. */
const FRAME_MS = 200;

export type TailState = 'stopped' | 'running' | 'paused' | 'away';

export interface Tail {
  readonly state: TailState;
  readonly events: readonly StoredEvent[];
  readonly skipped: number;
  readonly capacity: number;
  /** From now, or with so many of the newest events before. */
  readonly start: (before?: number) => void;
  /** Keeps what is shown; what passes meanwhile is caught up with on resume. */
  readonly pause: () => void;
  readonly stop: () => void;
  readonly clear: () => void;
}

/** Follows the live stream into a ring buffer. Nothing runs before `start`. */
export function useTail(topic: string | undefined, text: string | undefined): Tail {
  const buffer = useRef(new TailBuffer(CAPACITY));
  /** Position before the first event that is wanted. */
  const first = useRef<number>(undefined);
  const [state, setState] = useState<TailState>('stopped');
  const [, redraw] = useState(0);
  const project = useProject();
  const running = state === 'running' || state === 'away';
  useEffect(() => {
    if (!running) return undefined;
    const since = buffer.current.events.at(-1)?.position ?? first.current;
    const source = new EventSource(apiPath('events/live', { topic, text, project, from: since }));
    let batch: StoredEvent[] = [];
    const timer = setInterval(() => {
      if (batch.length === 0) return;
      buffer.current.add(batch);
      batch = [];
      redraw((count) => count + 1);
    }, FRAME_MS);
    source.addEventListener('event', (message: MessageEvent<string>) => batch.push(JSON.parse(message.data) as StoredEvent));
    source.addEventListener('skipped', (message: MessageEvent<string>) => {
      buffer.current.skipped += Number(message.data);
    });
    source.addEventListener('open', () => setState((before) => (before === 'away' ? 'running' : before)));
    source.addEventListener('error', () => setState((before) => (before === 'running' ? 'away' : before)));
    return () => {
      clearInterval(timer);
      source.close();
      buffer.current.add(batch);
    };
  }, [running, topic, text, project]);
  const clear = useCallback(() => {
    buffer.current.clear();
    redraw((count) => count + 1);
  }, []);
  return {
    state,
    events: buffer.current.events,
    skipped: buffer.current.skipped,
    capacity: CAPACITY,
    start: (before = 0) => {
      if (state === 'stopped' && before > 0) {
        void call<Page<StoredEvent>>(apiPath('events', { limit: before }), { project }).then(({ items }) => {
          first.current = Math.max(0, (items.at(-1)?.position ?? 1) - 1);
          setState('running');
        });
        return;
      }
      first.current = undefined;
      setState('running');
    },
    pause: () => setState('paused'),
    stop: () => {
      setState('stopped');
      clear();
    },
    clear,
  };
}
