/**
 * What a handler says about a message. `ok`: done. `drop`: seen, of no use. `dead`: can never be handled, goes to the
 * dead letters. `later`: something it needs is not here yet, retried in place for a while.
 */
export type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'drop'; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string; readonly error?: unknown }
  | { readonly kind: 'later'; readonly reason: string };

export const ok: Outcome = { kind: 'ok' };

export function drop(reason: string): Outcome {
  return { kind: 'drop', reason };
}

export function dead(reason: string, error?: unknown): Outcome {
  return error === undefined ? { kind: 'dead', reason } : { kind: 'dead', reason, error };
}

export function later(reason: string): Outcome {
  return { kind: 'later', reason };
}
