/** What a reader chose for this browser. Nothing of it leaves the browser. */
const listeners = new Set<() => void>();
const prefix = 'drawbridge.';

export function preference(name: string, otherwise: string): string {
  try {
    return localStorage.getItem(prefix + name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function setPreference(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // A browser that stores nothing forgets the choice, and nothing else happens.
  }
  for (const listener of listeners) listener();
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
