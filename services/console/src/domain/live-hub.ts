import type { StoredEvent } from './stored-event.js';

type Listener = (event: StoredEvent) => void;

/** Hands every new event to the open live tails of this process. */
export class LiveHub {
  private readonly listeners = new Set<Listener>();

  get size(): number {
    return this.listeners.size;
  }

  /** Returns the way to leave. */
  join(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(event: StoredEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
