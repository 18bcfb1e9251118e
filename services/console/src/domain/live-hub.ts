import type { StoredEvent } from './stored-event.js';

type Listener = (event: StoredEvent) => void;

/** Hands every new event to the open live tails of this process. */
export class LiveHub {
  private readonly listeners = new Map<Listener, string>();

  get size(): number {
    return this.listeners.size;
  }

  /** How many tails a key holds open. */
  heldBy(keyId: string): number {
    return [...this.listeners.values()].filter((holder) => holder === keyId).length;
  }

  /** Returns the way to leave. */
  join(listener: Listener, keyId: string): () => void {
    this.listeners.set(listener, keyId);
    return () => this.listeners.delete(listener);
  }

  announce(event: StoredEvent): void {
    for (const listener of this.listeners.keys()) listener(event);
  }
}
