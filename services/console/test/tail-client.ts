import type { StoredEvent } from '../src/domain/stored-event.js';

export interface TailedEvent {
  readonly id: string;
  readonly data: StoredEvent;
}

export interface TailClient {
  /** The first so many events, or an error after ten seconds. */
  events(count: number): Promise<TailedEvent[]>;
  close(): void;
}

/** Reads server-sent events as a browser does: frames end with an empty line, `id` is what a reader resumes after. */
export async function openTail(url: string, key: string, query: string, lastEventId?: string): Promise<TailClient> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/events/live?${query}`, {
    headers: { authorization: `Bearer ${key}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the tail answered ${String(response.status)}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const found: TailedEvent[] = [];
  let text = '';
  const read = async (count: number): Promise<TailedEvent[]> => {
    while (found.length < count) {
      const { done, value } = await reader.read();
      if (done) throw new Error('the tail ended');
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        if (field('event') === 'event') found.push({ id: field('id') ?? '', data: JSON.parse(field('data') ?? '{}') as StoredEvent });
      }
    }
    return found.slice(0, count);
  };
  const late = (count: number): Promise<never> =>
    new Promise((_, reject) =>
      setTimeout(() => reject(new Error(`${String(found.length)} of ${String(count)} events came`)), 10_000).unref(),
    );
  return { events: (count) => Promise.race([read(count), late(count)]), close: () => abort.abort() };
}
